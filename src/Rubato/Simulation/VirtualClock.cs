namespace Rubato.Simulation;

/// <summary>The virtual clock as one rank sees it: it stands still while code runs and leaps from event to event.</summary>
internal sealed class VirtualClock(SimulationLoop loop, SimulatedRank rank) : TimeProvider
{
    // A date that nobody takes for a real one.
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => loop.Now;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Epoch.AddTicks(loop.Now);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        loop.CheckThread("sets a timer");
        var timer = new Timer(loop, rank, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(SimulationLoop loop, SimulatedRank rank, TimerCallback callback, object? state) : ITimer
    {
        private static readonly SendOrPostCallback Ring = static timer => ((Timer)timer!).RingNow();

        private SimulatedEvent? _next;
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_disposed) return false;
            Stop();
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan) _next = loop.At(loop.Now + dueTime.Ticks, rank, Ring, this);
            return true;
        }

        public void Dispose()
        {
            _disposed = true;
            Stop();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void RingNow()
        {
            if (_disposed) return;
            _next = _period > TimeSpan.Zero ? loop.At(loop.Now + _period.Ticks, rank, Ring, this) : null;
            callback(state);
        }

        private void Stop()
        {
            if (_next is not null) loop.CallOff(_next);
            _next = null;
        }
    }
}
