using Rubato.Configuration;
using Rubato.Simulation;
using Rubato.Transports.Simulated;

namespace Rubato.Training;

/// <summary>The world in which time is modelled: all ranks run on one event loop, gradients are really computed, and a seed gives the same bits every time.</summary>
/// <remarks>
/// The ranks run the very programs of the real worlds; what differs is what is passed in to them: clock, transport, accelerator. The number
/// of cores changes how long a run takes and nothing else.
/// </remarks>
public sealed class SimulatedCluster : ICluster
{
    /// <summary>Groups of so many members and more do their collectives by formula, unless the job says otherwise.</summary>
    internal const int FormulaFrom = 65;

    /// <summary>Threads that compute besides the event loop's own; null for one a further core.</summary>
    public int? ComputeThreads { get; init; }

    /// <summary>Is shown the loop and the network before the run begins; for checks of invariants.</summary>
    internal Action<SimulationLoop, SimulatedNetwork>? Watching { get; init; }

    /// <inheritdoc/>
    public async Task<RunReport> RunAsync(TrainingJob job, IProgress<RunProgress>? progress, CancellationToken cancellation) =>
        await RunAsync(JobPlan.Build(job), progress, cancellation);

    /// <summary>Runs a plan to its end; this is how data and models of one's own are trained.</summary>
    /// <exception cref="InvalidRequestException">The job asks for another world, or its folders cannot be used.</exception>
    /// <exception cref="RunFailedException">The run failed; the message names the first failing rank and its error.</exception>
    /// <exception cref="SimulationException">Code left the event loop, or nothing could happen any more.</exception>
    public Task<RunReport> RunAsync(JobPlan plan, IProgress<RunProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Job.On != World.Simulation)
        {
            throw new InvalidRequestException(
                $"The job runs on {plan.Job.On.ToString().ToLowerInvariant()}, but this cluster is simulated. Set On to Simulation.");
        }
        cancellation.ThrowIfCancellationRequested();
        return RunAsync(plan, RunFolders.Open(plan), progress, cancellation);
    }

    internal Task<RunReport> RunAsync(JobPlan plan, RunFolders folders, IProgress<RunProgress>? progress, CancellationToken cancellation)
    {
        var outcome = new TaskCompletionSource<RunReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        // The loop blocks its thread for as long as the run takes, which is no thing to do to a thread of the pool.
        var thread = new Thread(() =>
        {
            try
            {
                outcome.SetResult(Run(plan, folders, progress, cancellation));
            }
            catch (OperationCanceledException cancelled)
            {
                outcome.SetCanceled(cancelled.CancellationToken);
            }
            catch (Exception failure)
            {
                outcome.SetException(failure);
            }
        })
        { Name = "simulation", IsBackground = true };
        thread.Start();
        return outcome.Task;
    }

    /// <summary>Runs a plan on the calling thread.</summary>
    internal RunReport Run(JobPlan plan, RunFolders folders, IProgress<RunProgress>? progress, CancellationToken cancellation)
    {
        using var pool = new ComputePool(ComputeThreads ?? Environment.ProcessorCount - 1);
        return new SimulatedRun(plan, folders, pool, Watching).Run(progress, cancellation);
    }
}
