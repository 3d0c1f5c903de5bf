namespace Rubato.Training;

/// <summary>An accelerator of a given speed: work is really done on a thread of its own, and then waits until its time has passed.</summary>
/// <remarks>
/// <para>With a compute time, a step takes that time × the factor of its stragglers, or as long as the processor needs if that is longer.
/// Without one, the factor multiplies the measured time.</para>
/// <para>Waits end a little late (or a fraction of a millisecond early). The difference is carried into the next step, so that it does not add
/// up: the mean step takes the time asked for. A step that the processor itself was too slow for is not made up for.</para>
/// </remarks>
public sealed class PacedAccelerator : IAccelerator
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _stepTime;
    private readonly long _origin;
    private readonly StepFactors _factors;
    private readonly ComputeThread _thread;
    private TimeSpan _late;

    /// <summary>Creates the accelerator and its thread.</summary>
    /// <param name="time">The clock that paces it.</param>
    /// <param name="stepTime">The least time of a step; zero for as fast as the processor is.</param>
    /// <param name="factors">How many times longer each step takes.</param>
    internal PacedAccelerator(TimeProvider time, TimeSpan stepTime, StepFactors factors)
    {
        _time = time;
        _stepTime = stepTime;
        _factors = factors;
        _origin = time.GetTimestamp();
        _thread = new ComputeThread("compute");
    }

    /// <summary>The accelerator of one thread of one worker of a job.</summary>
    public static PacedAccelerator For(JobPlan plan, int worker, int thread, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new(time, plan.Job.ComputeTime.StepOf(plan.Job.BatchSize), plan.FactorsOf(worker, thread));
    }

    /// <inheritdoc/>
    public bool IsConcurrent => true;

    /// <inheritdoc/>
    public bool NeedsWarmUp => true;

    /// <inheritdoc/>
    public async ValueTask RunAsync(Action work, CancellationToken cancellation, Action? then = null)
    {
        double factor = _factors.Next(_time.GetElapsedTime(_origin));
        if (_stepTime == TimeSpan.Zero && factor == 1)
        {
            await _thread.RunAsync(work, cancellation, then);
            return;
        }
        await RunPacedAsync(work, factor, cancellation);
        if (then is not null) await _thread.RunAsync(then, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _thread.Dispose();

    private async ValueTask RunPacedAsync(Action work, double factor, CancellationToken cancellation)
    {
        long start = _time.GetTimestamp();
        await _thread.RunAsync(work, cancellation);
        TimeSpan worked = _time.GetElapsedTime(start);
        TimeSpan asked = (_stepTime > TimeSpan.Zero ? _stepTime : worked) * factor;
        if (asked <= worked)
        {
            _late = TimeSpan.Zero;
            return;
        }

        TimeSpan due = asked - _late;
        if (due > worked) await WaitUntilAsync(start, due, cancellation);
        TimeSpan late = _time.GetElapsedTime(start) - due;
        // A machine that stood still (a stopped process) is not made up for by a burst of steps that take no time.
        _late = late < asked ? late : TimeSpan.Zero;
    }

    private async ValueTask WaitUntilAsync(long start, TimeSpan due, CancellationToken cancellation)
    {
        bool isFine = _time == RealTime.Clock && FineWait.IsSupported;
        TimeSpan coarse = due - _time.GetElapsedTime(start) - (isFine ? FineWait.Longest : TimeSpan.Zero);
        // Timers count whole milliseconds, and a rounded-down wait that rings early is carried over like one that rings late.
        if (coarse > TimeSpan.Zero) await Task.Delay(coarse, _time, cancellation);
        if (isFine) await _thread.RunAsync(() => FineWait.For(due - _time.GetElapsedTime(start)), cancellation);
    }
}
