using Rubato.Cli.Progress;
using Rubato.Configuration;
using Rubato.Simulation;
using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary>Runs jobs one after the other, each with its progress on standard error.</summary>
internal sealed class RunSequence(CommandContext context, bool quiet)
{
    /// <summary>Refuses a strategy that the job cannot have, before another one's run has taken its time.</summary>
    /// <exception cref="InvalidRequestException">Under one of the strategies the job cannot be run.</exception>
    public static void Check(TrainingJob job, IEnumerable<Specification> strategies)
    {
        foreach (Specification strategy in strategies) _ = JobPlan.Build(job with { Strategy = strategy });
    }

    /// <summary>Runs one job to its end; where the simulation has made it fail, says how to see it fail again.</summary>
    public async Task<RunReport> RunAsync(TrainingJob job, CancellationToken cancellation)
    {
        ICluster cluster = context.ClusterFor(job.On);
        try
        {
            return quiet
                ? await cluster.RunAsync(job, progress: null, cancellation)
                : await RunDisplay.ShowAsync(context.Terminal, job.Strategy.ToString(), progress => cluster.RunAsync(job, progress, cancellation));
        }
        catch (Exception failure) when (HappensAgain(job, failure))
        {
            // The folder may hold a checkpoint by now, beside which no run starts afresh.
            TrainingJob again = job with { Output = job.CheckpointEvery is null ? null : $"{job.Output}-again" };
            context.Terminal.Error.WriteLine($"Seed {job.Seed}; the run fails in the same way again with: rubato train {JobFile.ToFlags(again)}");
            throw;
        }
    }

    // The seed repeats what is simulated: not the disk, and not a resumed folder, whose last checkpoint may be a later one by now.
    private static bool HappensAgain(TrainingJob job, Exception failure)
    {
        if (job.On != World.Simulation || job.Resume is not null || failure is not (RunFailedException or SimulationException)) return false;
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
            if (cause is IOException or UnauthorizedAccessException) return false;
        return true;
    }
}
