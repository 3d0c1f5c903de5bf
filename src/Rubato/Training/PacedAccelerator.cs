using Rubato.Numerics;

namespace Rubato.Training;

/// <summary>An accelerator of a given speed: work is really done on a thread of its own, and then waits until its time has passed.</summary>
/// <remarks>
/// <para>With a compute time, a step takes that time × the factor of its stragglers, or as long as the processor needs if that is longer.
/// Without one, the factor multiplies the measured time.</para>
/// <para>Waits end a little late (or a fraction of a millisecond early). The difference is carried into the next step, so that it does not add
/// up: the mean step takes the time asked for. A step that the processor itself was too slow for is not made up for.</para>
/// </remarks>
public sealed class PacedAccelerator : IAccelerator, IDisposable
{
    private readonly TimeProvider _time;
    private readonly ComputeTime _computeTime;
    private readonly StragglerDraws _stragglers;
    private readonly ComputeThread _thread;
    private TimeSpan _late;

    /// <summary>Creates the accelerator and its thread.</summary>
    /// <param name="time">The clock that paces it.</param>
    /// <param name="computeTime">The least time of a step.</param>
    /// <param name="stragglers">The stragglers that concern this rank.</param>
    /// <param name="random">This rank's own stream for random stragglers.</param>
    public PacedAccelerator(TimeProvider time, ComputeTime computeTime, IReadOnlyList<Straggler> stragglers, RandomStream random)
    {
        _time = time;
        _computeTime = computeTime;
        _stragglers = new StragglerDraws(stragglers, random);
        _thread = new ComputeThread("compute");
    }

    /// <summary>The accelerator of one worker of a job.</summary>
    public static PacedAccelerator For(TrainingJob job, int rank, TimeProvider time) =>
        new(time, job.ComputeTime, StragglerDraws.Of(job.Stragglers, rank), RandomStream.Create(job.Seed, "straggler", rank));

    /// <inheritdoc/>
    public bool IsConcurrent => true;

    /// <inheritdoc/>
    public async ValueTask RunAsync(Action work, CancellationToken cancellation)
    {
        double factor = _stragglers.Next();
        long start = _time.GetTimestamp();
        await _thread.RunAsync(work, cancellation);
        TimeSpan worked = _time.GetElapsedTime(start);
        TimeSpan asked = (_computeTime.Base > TimeSpan.Zero ? _computeTime.Base : worked) * factor;
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

    /// <inheritdoc/>
    public void Dispose() => _thread.Dispose();

    private async ValueTask WaitUntilAsync(long start, TimeSpan due, CancellationToken cancellation)
    {
        bool isFine = _time == RealTime.Clock && FineWait.IsSupported;
        TimeSpan coarse = due - _time.GetElapsedTime(start) - (isFine ? FineWait.Longest : TimeSpan.Zero);
        // Timers count whole milliseconds, and a rounded-down wait that rings early is carried over like one that rings late.
        if (coarse > TimeSpan.Zero) await Task.Delay(coarse, _time, cancellation);
        if (isFine) await _thread.RunAsync(() => FineWait.For(due - _time.GetElapsedTime(start)), cancellation);
    }
}
