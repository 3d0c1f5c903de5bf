using Rubato.Cli.Progress;
using Rubato.Cli.Rendering;
using Rubato.Tests.Training;
using Rubato.Training;

namespace Rubato.Tests.Cli.Progress;

public class PlainProgressTests
{
    [Fact]
    public void What_was_said_is_not_said_again()
    {
        var time = new LeapingClock();
        using var text = new StringWriter();
        var progress = new PlainProgress(text, "async", time);
        RunProgress starting = SampleRuns.Progress with { Phase = "starting 8 workers" }, training = SampleRuns.Progress;
        RunProgress later = training with { SamplesApplied = training.SamplesApplied + 16 };
        foreach (RunProgress news in (RunProgress[])[starting, starting, training, later, training, later])
        {
            time.Advance(news == later ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(3));
            progress.Report(news);
        }
        string[] lines = [ProgressLine.Of("async", starting), ProgressLine.Of("async", training), ProgressLine.Of("async", later)];
        Assert.Equal(lines, text.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'));
    }
}
