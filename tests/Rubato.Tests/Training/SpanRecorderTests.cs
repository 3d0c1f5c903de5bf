using Rubato.Tests.Communication;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class SpanRecorderTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_clock_that_is_set_too_far_back_loses_no_stretch_after_the_go()
    {
        var spans = new SpanRecorder(endpoint: 1, _time);
        _time.Advance(TimeSpan.FromMilliseconds(5));
        spans.Start(shift: TimeSpan.FromMilliseconds(-7), records: true);
        Assert.Equal(TimeSpan.Zero, spans.SinceGo);

        TimeSpan start = spans.Now;
        _time.Advance(TimeSpan.FromMilliseconds(1));
        spans.Add(TracePhase.Compute, start, step: 1);

        Assert.Equal([new TraceSpan(1, TracePhase.Compute, TimeSpan.Zero, TimeSpan.FromMilliseconds(1), 1)], spans.Take()!);
    }

    [Fact]
    public void What_began_before_the_go_is_shown_from_there_and_what_ended_before_it_is_not()
    {
        var spans = new SpanRecorder(endpoint: 1, _time);
        _time.Advance(TimeSpan.FromMilliseconds(5));
        spans.Start(shift: TimeSpan.FromMilliseconds(-5), records: true);
        _time.Advance(TimeSpan.FromMilliseconds(2));

        spans.Add(TracePhase.Wait, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(4), step: 1);
        spans.Add(TracePhase.Wait, TimeSpan.FromMilliseconds(1), step: 1);

        Assert.Equal([new TraceSpan(1, TracePhase.Wait, TimeSpan.Zero, TimeSpan.FromMilliseconds(2), 1)], spans.Take()!);
    }
}
