using Rubato.Cli.Progress;
using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary>Runs jobs one after the other, each with its progress on standard error.</summary>
internal sealed class RunSequence(CommandContext context, bool quiet)
{
    /// <summary>Runs one job to its end.</summary>
    public async Task<RunReport> RunAsync(TrainingJob job, CancellationToken cancellation)
    {
        ICluster cluster = context.ClusterFor(job.On);
        return quiet
            ? await cluster.RunAsync(job, progress: null, cancellation)
            : await RunDisplay.ShowAsync(context.Terminal, job.Strategy.ToString(), progress => cluster.RunAsync(job, progress, cancellation));
    }
}
