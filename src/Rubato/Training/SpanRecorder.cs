namespace Rubato.Training;

/// <summary>Takes down what an endpoint does and when, on the conductor's clock; does nothing until tracing is switched on.</summary>
internal sealed class SpanRecorder(int endpoint, TimeProvider time)
{
    private readonly List<TraceSpan> _spans = [];
    private readonly long _origin = time.GetTimestamp();
    private TimeSpan _shift;
    private bool _on;

    /// <summary>Now, on this endpoint's own clock.</summary>
    public TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>Starts recording.</summary>
    /// <param name="shift">What is added to this endpoint's clock to give the time since the go.</param>
    public void SwitchOn(TimeSpan shift) => (_on, _shift) = (true, shift);

    /// <summary>Records a stretch that began at <paramref name="start"/> (see <see cref="Now"/>) and ends now.</summary>
    public void Add(TracePhase phase, TimeSpan start, long step) => Add(phase, start, Now, step);

    /// <summary>Records a stretch from <paramref name="start"/> to <paramref name="end"/>.</summary>
    public void Add(TracePhase phase, TimeSpan start, TimeSpan end, long step)
    {
        if (!_on || end <= start) return;
        TimeSpan shifted = start + _shift;
        _spans.Add(new TraceSpan(endpoint, phase, shifted > TimeSpan.Zero ? shifted : TimeSpan.Zero, end - start, step));
    }

    /// <summary>Takes the recorded stretches away; null when there are none.</summary>
    public TraceSpan[]? Take()
    {
        if (_spans.Count == 0) return null;
        TraceSpan[] spans = [.. _spans];
        _spans.Clear();
        return spans;
    }
}
