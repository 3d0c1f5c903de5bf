using Rubato.Communication;
using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>The endpoint around which everything happens that is not the strategy's: data, budget, evaluation, checkpoints, metrics.</summary>
public static class Conductor
{
    /// <summary>Leads a run from the greeting of its ranks to the report.</summary>
    /// <remarks>
    /// Call it on an event loop of its own (see <see cref="RankLoop"/>). It uses no thread and no clock but those passed in; the caller owns
    /// transport and accelerator and disposes them afterwards. When it returns or throws, every rank has said goodbye, is lost, or was silent
    /// when asked, or for five seconds. The folder receives metrics, checkpoints, trace and report, and the job of a run that goes on.
    /// </remarks>
    /// <param name="plan">The job.</param>
    /// <param name="transport">The last endpoint's transport.</param>
    /// <param name="accelerator">Where models are evaluated and checkpoints written, so that nobody waits for that.</param>
    /// <param name="directory">The run's folder, null for none.</param>
    /// <param name="resume">The checkpoint to go on from, null to start afresh.</param>
    /// <param name="progress">Is told a few times a second how far the run is; called on this event loop.</param>
    /// <param name="cancellation">Ends the run and all its ranks.</param>
    /// <param name="finishing">The world's own last word on the report, before it is written; null for none.</param>
    /// <exception cref="InvalidRequestException">The checkpoint does not fit the job.</exception>
    /// <exception cref="RunFailedException">The run failed: the message names the first failing rank and its error.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static async Task<RunReport> RunAsync(JobPlan plan, ITransport transport, IAccelerator accelerator, RunDirectory? directory,
        Checkpoint? resume, IProgress<RunProgress>? progress, CancellationToken cancellation, Func<RunReport, RunReport>? finishing = null)
    {
        using var run = new ConductorRun(plan, transport, accelerator, directory, resume, progress, cancellation);
        return await run.RunAsync(finishing);
    }
}
