using Rubato.Communication;
using Rubato.Configuration;
using Rubato.Transports.InProcess;

namespace Rubato.Training;

/// <summary>The world in which every endpoint is an event-loop thread of this process, with a compute thread beside each worker.</summary>
/// <param name="time">The clock of this world; null for the machine's.</param>
public sealed class ThreadsCluster(TimeProvider? time = null) : ICluster
{
    private readonly TimeProvider _time = time ?? RealTime.Clock;

    /// <inheritdoc/>
    public async Task<RunReport> RunAsync(TrainingJob job, IProgress<RunProgress>? progress, CancellationToken cancellation) =>
        await RunAsync(JobPlan.Build(job), progress, cancellation);

    /// <summary>Runs a plan to its end; this is how data and models of one's own are trained.</summary>
    /// <remarks>Returns or throws when all threads of the run have ended; a gradient under way is waited for.</remarks>
    /// <exception cref="InvalidRequestException">The job asks for another world, or its folders cannot be used.</exception>
    /// <exception cref="RunFailedException">The run failed; the message names the first failing rank and its error.</exception>
    public async Task<RunReport> RunAsync(JobPlan plan, IProgress<RunProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Job.On != World.Threads)
        {
            throw new InvalidRequestException(
                $"The job runs on {plan.Job.On.ToString().ToLowerInvariant()}, but this cluster is made of threads. Set On to Threads.");
        }
        cancellation.ThrowIfCancellationRequested();
        return await RunAsync(plan, RunFolders.Open(plan), new InProcessNetwork(plan.WorldSize, _time), progress, cancellation);
    }

    // Tests hold the network to lose ranks by, and checkpoints that no disk has seen.
    internal async Task<RunReport> RunAsync(
        JobPlan plan, RunFolders folders, InProcessNetwork network, IProgress<RunProgress>? progress, CancellationToken cancellation)
    {
        // Ranks end when the conductor tells them; this is for those that it can no longer reach.
        using var stranded = new CancellationTokenSource();
        Task[] ranks = [.. Enumerable.Range(0, plan.Conductor).Select(rank => RankThread.RunAsync(
            plan, rank, () => network.Open(rank), reason => network.Lose(rank, reason), folders.Resume, _time, stranded.Token))];
        RunReport? report = null;
        try
        {
            await RankLoop.RunAsync("conductor", async () =>
            {
                await using ITransport transport = RankProcess.Shape(plan, network.Open(plan.Conductor), hasOwnProcess: false);
                using var accelerator = new ComputeThread("evaluation");
                report = await Conductor.RunAsync(plan, transport, accelerator, folders.Output, folders.Resume, progress, cancellation);
            });
        }
        finally
        {
            await stranded.CancelAsync();
            await Task.WhenAll(ranks);
        }
        return report!;
    }
}
