using System.Collections.Concurrent;

namespace Rubato.Tests.Communication;

/// <summary>One thread with a synchronization context: what a rank is in every world.</summary>
internal sealed class EventLoop : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _work = [];

    public static Task RunAsync(Func<Task> program)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => new EventLoop().Run(program, done)) { IsBackground = true };
        thread.Start();
        return done.Task;
    }

    /// <summary>Runs one program a rank, each on a loop of its own; the first failure wins, and no run takes longer than the limit.</summary>
    public static async Task RunAllAsync(int ranks, Func<int, Task> program, int limitSeconds = 60)
    {
        Task all = Task.WhenAll(Enumerable.Range(0, ranks).Select(rank => RunAsync(() => program(rank))));
        await all.WaitAsync(TimeSpan.FromSeconds(limitSeconds));
    }

    public override void Post(SendOrPostCallback d, object? state) => _work.TryAdd((d, state));

    public override SynchronizationContext CreateCopy() => this;

    private void Run(Func<Task> program, TaskCompletionSource done)
    {
        SetSynchronizationContext(this);
        Task task = program();
        task.GetAwaiter().OnCompleted(_work.CompleteAdding);
        foreach ((SendOrPostCallback callback, object? state) in _work.GetConsumingEnumerable()) callback(state);
        if (task.IsFaulted) done.SetException(task.Exception.InnerExceptions);
        else if (task.IsCanceled) done.SetCanceled();
        else done.SetResult();
    }
}
