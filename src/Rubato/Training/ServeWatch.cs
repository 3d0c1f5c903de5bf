using Rubato.Communication;

namespace Rubato.Training;

/// <summary>A server's row of the trace: it waits while it receives from whomever, and serves in between.</summary>
/// <param name="spans">Where it is recorded.</param>
/// <param name="full">Is called when many spans are recorded, to send them.</param>
internal sealed class ServeWatch(SpanRecorder spans, Action full) : ICommunicatorObserver
{
    private const int FullPage = 1000;

    private TimeSpan _since;
    private bool _isWaiting;

    /// <inheritdoc/>
    public void Waiting()
    {
        // A wait that passed its deadline is only begun anew.
        Turn(_isWaiting ? TracePhase.Wait : TracePhase.Communicate, toWaiting: true);
    }

    /// <inheritdoc/>
    public void Waited()
    {
        Turn(TracePhase.Wait, toWaiting: false);
        if (spans.Count >= FullPage) full();
    }

    private void Turn(TracePhase done, bool toWaiting)
    {
        TimeSpan now = spans.Now;
        spans.Add(done, _since, now, step: 0);
        (_since, _isWaiting) = (now, toWaiting);
    }
}
