using Rubato.Cli.Progress;
using Rubato.Tests.Training;

namespace Rubato.Tests.Cli.Progress;

public class CaseProgressTests
{
    [Fact]
    public void A_line_comes_every_two_seconds_however_many_cases_there_are()
    {
        var time = new LeapingClock();
        using var text = new StringWriter();
        var progress = new CaseProgress(text, 1_000_000, time);
        for (long done = 1; done <= 50; done++)
        {
            time.Advance(TimeSpan.FromSeconds(0.1));
            progress.Report(done);
        }
        Assert.Equal("20 of 1000000 cases\n40 of 1000000 cases\n", text.ToString().ReplaceLineEndings("\n"));
    }
}
