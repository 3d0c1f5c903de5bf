namespace Rubato.Tests.Training;

/// <summary>A clock that stands still until somebody waits on it, and then leaps to the end of the wait, late by a given time.</summary>
internal sealed class LeapingClock(params TimeSpan[] lateness) : TimeProvider
{
    private long _ticks;
    private int _waits;

    public TimeSpan Now => new(Interlocked.Read(ref _ticks));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero) return new Nothing();
        TimeSpan late = lateness.Length == 0 ? TimeSpan.Zero : lateness[_waits++ % lateness.Length];
        // As the system's timers do, count whole milliseconds.
        Advance(TimeSpan.FromMilliseconds(Math.Floor(dueTime.TotalMilliseconds)) + late);
        callback(state);
        return new Nothing();
    }

    private sealed class Nothing : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
