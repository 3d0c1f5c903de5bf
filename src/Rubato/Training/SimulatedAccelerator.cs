using Rubato.Simulation;

namespace Rubato.Training;

/// <summary>A worker's accelerator under virtual time: work is really done, somewhen and on some core, and its result is there when its modelled time has passed.</summary>
internal sealed class SimulatedAccelerator(TimeProvider time, ComputePool pool, TimeSpan stepTime, StepFactors factors, Action computed) : IAccelerator
{
    private readonly long _origin = time.GetTimestamp();

    /// <inheritdoc/>
    /// <remarks>The event loop goes on while the work is done, so its inputs must be the work's own.</remarks>
    public bool IsConcurrent => true;

    /// <inheritdoc/>
    public bool NeedsWarmUp => false;

    /// <inheritdoc/>
    public async ValueTask RunAsync(Action work, CancellationToken cancellation, Action? then = null)
    {
        TimeSpan duration = stepTime * factors.Next(time.GetElapsedTime(_origin));
        ComputePool.Work begun = pool.Begin(work);
        try
        {
            // Not Task.Delay, which counts whole milliseconds.
            var passed = new TaskCompletionSource();
            using ITimer timer = time.CreateTimer(_ => passed.TrySetResult(), null, duration, Timeout.InfiniteTimeSpan);
            await passed.Task.WaitAsync(cancellation);
        }
        finally
        {
            // Also where the wait was broken off: nothing may still write to the worker's vectors afterwards.
            begun.Finish();
        }
        then?.Invoke();
        computed();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
