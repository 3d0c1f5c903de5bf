namespace Rubato.Tests.Communication;

/// <summary>A clock that moves when it is told to, and fires the timers that fall due, optionally late by a fixed time.</summary>
internal sealed class ManualTime(TimeSpan lateness = default) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>The time passed since the beginning.</summary>
    public TimeSpan Now => new(GetTimestamp());

    /// <summary>How many timers are set.</summary>
    public int Pending
    {
        get
        {
            lock (_gate) return _timers.Count;
        }
    }

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        long target = GetTimestamp() + by.Ticks;
        while (true)
        {
            Timer? next;
            lock (_gate)
            {
                next = _timers.Where(timer => timer.Due <= target).MinBy(timer => timer.Due);
                if (next is not null)
                {
                    _now = Math.Max(_now, next.Due);
                    if (next.Period > 0) next.Due += next.Period;
                    else _timers.Remove(next);
                }
                else _now = target;
            }
            if (next is null) return;
            next.Fire();
        }
    }

    /// <summary>Jumps to the next timer and fires it; false when none is set.</summary>
    public bool AdvanceToNext()
    {
        long due;
        lock (_gate)
        {
            if (_timers.Count == 0) return false;
            due = _timers.Min(timer => timer.Due);
        }
        Advance(new TimeSpan(Math.Max(0, due - GetTimestamp())));
        return true;
    }

    private sealed class Timer(ManualTime time, Action fire) : ITimer
    {
        public long Due { get; set; }

        public long Period { get; private set; }

        public Action Fire => fire;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = time._now + dueTime.Ticks + time.Lateness.Ticks;
                Period = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
                time._timers.Add(this);
            }
            return true;
        }

        public void Dispose()
        {
            lock (time._gate) time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }

    private TimeSpan Lateness => lateness;
}
