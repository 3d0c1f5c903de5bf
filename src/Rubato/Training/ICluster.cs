namespace Rubato.Training;

/// <summary>A world that can run jobs.</summary>
public interface ICluster
{
    /// <summary>Runs a job to its end.</summary>
    /// <exception cref="Configuration.InvalidRequestException">The job cannot run here as it was put.</exception>
    /// <exception cref="RunFailedException">The run failed; the message names the first failing rank and its error.</exception>
    Task<RunReport> RunAsync(TrainingJob job, IProgress<RunProgress>? progress, CancellationToken cancellation);
}
