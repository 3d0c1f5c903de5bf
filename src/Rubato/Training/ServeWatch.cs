using Rubato.Communication;

namespace Rubato.Training;

/// <summary>A server's row of the trace: it waits while it receives from whomever, and serves in between.</summary>
/// <param name="spans">Where it is recorded.</param>
/// <param name="full">Is called when many spans are recorded, to send them.</param>
internal sealed class ServeWatch(SpanRecorder spans, Action full) : ICommunicatorObserver
{
    private const int FullPage = 1000;

    private TimeSpan _waits, _serves;

    /// <inheritdoc/>
    public void Waiting()
    {
        _waits = spans.Now;
        spans.Add(TracePhase.Communicate, _serves, _waits, step: 0);
    }

    /// <inheritdoc/>
    public void Waited()
    {
        _serves = spans.Now;
        spans.Add(TracePhase.Wait, _waits, _serves, step: 0);
        if (spans.Count >= FullPage) full();
    }
}
