namespace Rubato.Training;

/// <summary>One rank's event loop: a thread on which all of the rank's code runs, one callback after the other.</summary>
/// <remarks>
/// The loop is the <see cref="SynchronizationContext"/> of its program, so plain <c>await</c> comes back to it and the rank's fields need
/// no locks. It ends when the program's task is complete and the callbacks posted before that have run.
/// </remarks>
public sealed class RankLoop : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private bool _ended, _isBroken, _isDraining;

    private RankLoop()
    {
    }

    /// <summary>Runs a program on a new loop thread and completes, with its outcome, when the thread is about to end.</summary>
    /// <remarks>
    /// An exception that escapes from a posted callback or an <c>async void</c> method ends the loop at once and is the outcome: nobody
    /// awaits such code, and a rank that went on without it would be wrong silently. What is posted then, or was before, runs on the
    /// thread pool, one callback after the other, so that the program can still come to its end.
    /// </remarks>
    /// <param name="name">The thread's name, for example <c>worker 3</c>.</param>
    /// <param name="program">What to run; called on the loop.</param>
    public static Task RunAsync(string name, Func<Task> program)
    {
        var outcome = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => new RankLoop().Run(program, outcome)) { Name = name, IsBackground = true }.Start();
        return outcome.Task;
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_posted)
        {
            _posted.Enqueue((d, state));
            if (_ended) DrainLater();
            else if (_posted.Count == 1) Monitor.Pulse(_posted);
        }
    }

    /// <summary>Refused: to wait for a rank from outside is to block a thread; post instead.</summary>
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("A rank's event loop takes no synchronous calls from outside. Use Post, or await the rank's task.");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    private void Run(Func<Task> program, TaskCompletionSource outcome)
    {
        SetSynchronizationContext(this);
        Task? running = null;
        try
        {
            running = program();
            running.ContinueWith(
                static (_, loop) => ((RankLoop)loop!).Post(static _ => { }, null), this,
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            while (Next(running) is { } next) next.Callback(next.State);
        }
        catch (Exception exception)
        {
            _isBroken = true;
            Close();
            outcome.SetException(exception);
            return;
        }
        Close();
        outcome.SetFromTask(running);
    }

    // The next callback, or null when the program is over and nothing is left to run.
    private (SendOrPostCallback Callback, object? State)? Next(Task program)
    {
        lock (_posted)
        {
            while (_posted.Count == 0)
            {
                if (program.IsCompleted) return null;
                Monitor.Wait(_posted);
            }
            return _posted.Dequeue();
        }
    }

    // What a broken loop leaves behind goes on like what comes late: its program must come to its own end, or its threads never do.
    private void Close()
    {
        SetSynchronizationContext(null);
        lock (_posted)
        {
            _ended = true;
            if (_posted.Count > 0) DrainLater();
        }
    }

    private void DrainLater()
    {
        if (_isDraining) return;
        _isDraining = true;
        ThreadPool.UnsafeQueueUserWorkItem(static loop => loop.Drain(), this, preferLocal: false);
    }

    // On the thread pool, but still one callback after the other.
    private void Drain()
    {
        SetSynchronizationContext(this);
        try
        {
            while (NextLate() is { } late) RunLate(late.Callback, late.State);
        }
        finally
        {
            SetSynchronizationContext(null);
        }
    }

    private void RunLate(SendOrPostCallback callback, object? state)
    {
        try
        {
            callback(state);
        }
        catch (Exception) when (_isBroken)
        {
            // What broke the loop is the outcome; what breaks behind it changes nothing.
            return;
        }
    }

    private (SendOrPostCallback Callback, object? State)? NextLate()
    {
        lock (_posted)
        {
            if (_posted.TryDequeue(out (SendOrPostCallback, object?) late)) return late;
            _isDraining = false;
            return null;
        }
    }
}
