namespace Rubato.Training;

/// <summary>An accelerator that is one thread of its own: work takes as long as the processor needs for it.</summary>
/// <remarks>Disposal waits for the work under way and for the thread to end; do not dispose it from its own work.</remarks>
public sealed class ComputeThread : IAccelerator
{
    private readonly SemaphoreSlim _given = new(0);
    private readonly Thread _thread;
    private (Action Work, Action? Then, TaskCompletionSource Done)? _next;
    private bool _disposed;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">The thread's name in a debugger.</param>
    public ComputeThread(string name)
    {
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc/>
    public bool IsConcurrent => true;

    /// <inheritdoc/>
    public bool NeedsWarmUp => true;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Other work is still under way.</exception>
    public ValueTask RunAsync(Action work, CancellationToken cancellation, Action? then = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellation.ThrowIfCancellationRequested();
        // Continuations run on the awaiter's own event loop, never here.
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_next is not null)
            throw new InvalidOperationException("This accelerator is still computing. Await one piece of work before handing over the next.");
        _next = (work, then, done);
        _given.Release();
        return new ValueTask(done.Task);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _given.Release();
        _thread.Join();
        _given.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _given.Wait();
            // Work that was handed over before the disposal is still done.
            if (_next is not { } next) return;
            Exception? failure = null;
            try
            {
                next.Work();
                next.Then?.Invoke();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
            _next = null;
            if (failure is null) next.Done.SetResult();
            else next.Done.SetException(failure);
        }
    }
}
