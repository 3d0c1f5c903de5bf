namespace Rubato.Tests.Strategies;

/// <summary>One event loop for all ranks of a test, under virtual time: a run is a pure function of its job.</summary>
internal sealed class TestLoop : SynchronizationContext
{
    private readonly PriorityQueue<(SendOrPostCallback Action, object? State), (long Ticks, long Order)> _events = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _now;
    private long _order;

    public TestLoop() => Time = new Clock(this);

    public TimeProvider Time { get; }

    public double Now => TimeSpan.FromTicks(_now).TotalSeconds;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException("A continuation came from another thread: something left the event loop.");
        Schedule(_now, d, state);
    }

    public void After(double seconds, Action action) =>
        Schedule(_now + TimeSpan.FromSeconds(seconds).Ticks, static state => ((Action)state!)(), action);

    public Task Delay(double seconds)
    {
        var done = new TaskCompletionSource();
        After(seconds, done.SetResult);
        return done.Task;
    }

    /// <summary>Runs the program and everything that it starts; throws when nothing can happen any more before it ends.</summary>
    public void Run(Func<Task> program, Func<string> describe, double limitSeconds = 1e6)
    {
        SynchronizationContext? outer = Current;
        SetSynchronizationContext(this);
        try
        {
            Task task = program();
            while (!task.IsCompleted)
            {
                if (!_events.TryDequeue(out var next, out var at)) throw new InvalidOperationException($"Deadlock at {Now} s: {describe()}");
                _now = Math.Max(_now, at.Ticks);
                if (Now > limitSeconds) throw new InvalidOperationException($"Still running after {Now} s: {describe()}");
                next.Action(next.State);
            }
            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    private void Schedule(long ticks, SendOrPostCallback action, object? state) => _events.Enqueue((action, state), (ticks, _order++));

    private sealed class Clock(TestLoop loop) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => loop._now;

        public override DateTimeOffset GetUtcNow() => new(loop._now, TimeSpan.Zero);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(loop, callback, state);
            timer.Change(dueTime, period);
            return timer;
        }
    }

    private sealed class Timer(TestLoop loop, TimerCallback callback, object? state) : ITimer
    {
        private int _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            int setting = ++_setting;
            if (dueTime != Timeout.InfiniteTimeSpan)
                loop.After(dueTime.TotalSeconds, () =>
                {
                    if (setting == _setting) callback(state);
                });
            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
