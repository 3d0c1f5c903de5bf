namespace Rubato.Training;

/// <summary>An endpoint's clock, set by the conductor's at the go, and what the endpoint did when; spans are kept in traced runs only.</summary>
internal sealed class SpanRecorder(int endpoint, TimeProvider time)
{
    private readonly List<TraceSpan> _spans = [];
    private readonly long _origin = time.GetTimestamp();
    private TimeSpan _shift;
    private bool _records;

    /// <summary>Now, on this endpoint's own clock.</summary>
    public TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>Whether the go has come.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>The time since the go, on the conductor's clock; never below zero.</summary>
    public TimeSpan SinceGo => Now + _shift;

    /// <summary>Spans recorded and not taken yet.</summary>
    public int Count => _spans.Count;

    /// <summary>The go has come.</summary>
    /// <param name="shift">What is added to this endpoint's clock to give the time since the go; more, where it would have come before it was given.</param>
    /// <param name="records">Whether spans are recorded.</param>
    public void Start(TimeSpan shift, bool records) => (IsStarted, _shift, _records) = (true, TimeSpan.FromTicks(Math.Max(shift.Ticks, -Now.Ticks)), records);

    /// <summary>Records a stretch that began at <paramref name="start"/> (see <see cref="Now"/>) and ends now.</summary>
    public void Add(TracePhase phase, TimeSpan start, long step, int thread = 0) => Add(phase, start, Now, step, thread);

    /// <summary>Records a stretch from <paramref name="start"/> to <paramref name="end"/>.</summary>
    public void Add(TracePhase phase, TimeSpan start, TimeSpan end, long step, int thread = 0) => Record(endpoint, phase, start, end, step, thread);

    /// <summary>Records what another endpoint did, which this one knows better; times are on this endpoint's clock.</summary>
    public void AddOf(int other, TracePhase phase, TimeSpan start, TimeSpan end) => Record(other, phase, start, end, step: 0, thread: 0);

    /// <summary>Takes the recorded stretches away; null when there are none.</summary>
    public TraceSpan[]? Take()
    {
        if (_spans.Count == 0) return null;
        TraceSpan[] spans = [.. _spans];
        _spans.Clear();
        return spans;
    }

    private void Record(int whose, TracePhase phase, TimeSpan start, TimeSpan end, long step, int thread)
    {
        if (!_records) return;
        // What began before the go, as a server's first wait, is shown from there.
        (start, end) = (start + _shift, end + _shift);
        if (start < TimeSpan.Zero) start = TimeSpan.Zero;
        if (end <= start) return;
        var span = new TraceSpan(whose, phase, start, end - start, step, Thread: thread);
        // A server that answers in no time waits in one stretch, however many requests come.
        if (_spans.Count > 0 && _spans[^1] is var last && last with { Start = span.Start, Duration = span.Duration } == span
            && last.Start + last.Duration == span.Start)
            _spans[^1] = last with { Duration = last.Duration + span.Duration };
        else
            _spans.Add(span);
    }
}
