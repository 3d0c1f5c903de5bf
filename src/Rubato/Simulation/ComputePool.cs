namespace Rubato.Simulation;

/// <summary>Does the ranks' real computations on all cores while the event loop goes on; the loop waits for one only where its result is due.</summary>
/// <remarks>
/// Which thread does a piece of work, and when, changes neither its result nor the order of events: work reads and writes what belongs to
/// its rank alone, and its virtual time is known beforehand. A loop that has to wait does the work itself if nobody has begun it.
/// Disposal waits for the work under way.
/// </remarks>
internal sealed class ComputePool : IDisposable
{
    private readonly Queue<Work> _queue = new();
    private readonly Thread[] _threads;
    private bool _disposed;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">Besides the event loop's own; 0 leaves everything to that.</param>
    public ComputePool(int threads)
    {
        _threads = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            _threads[i] = new Thread(Run) { Name = $"simulated compute {i}", IsBackground = true };
            _threads[i].Start();
        }
    }

    /// <summary>Hands a piece of work over.</summary>
    public Work Begin(Action action)
    {
        var work = new Work(action);
        if (_threads.Length == 0) return work;
        lock (_queue)
        {
            _queue.Enqueue(work);
            Monitor.Pulse(_queue);
        }
        return work;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_queue)
        {
            _disposed = true;
            _queue.Clear();
            Monitor.PulseAll(_queue);
        }
        foreach (Thread thread in _threads) thread.Join();
    }

    private void Run()
    {
        while (true)
        {
            Work work;
            lock (_queue)
            {
                while (_queue.Count == 0)
                {
                    if (_disposed) return;
                    Monitor.Wait(_queue);
                }
                work = _queue.Dequeue();
            }
            work.TryDo();
        }
    }

    /// <summary>One piece of work.</summary>
    internal sealed class Work(Action action)
    {
        private int _begun;
        private Exception? _failure;
        private bool _done;

        /// <summary>Does it unless somebody has begun it.</summary>
        public void TryDo()
        {
            if (Interlocked.Exchange(ref _begun, 1) != 0) return;
            try
            {
                action();
            }
            catch (Exception failure)
            {
                _failure = failure;
            }
            lock (this)
            {
                _done = true;
                Monitor.PulseAll(this);
            }
        }

        /// <summary>Returns when it is done, and throws what it threw.</summary>
        public void Finish()
        {
            TryDo();
            lock (this)
                while (!_done) Monitor.Wait(this);
            if (_failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
        }
    }
}
