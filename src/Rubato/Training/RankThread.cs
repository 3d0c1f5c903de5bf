using Rubato.Communication;

namespace Rubato.Training;

/// <summary>A worker's or a server's endpoint as an event-loop thread of this process, with a compute thread beside it.</summary>
internal static class RankThread
{
    /// <summary>Completes when the endpoint's threads have ended, and never fails: the conductor is told of failures, and so is the user by it.</summary>
    /// <param name="plan">The job.</param>
    /// <param name="endpoint">The worker or server.</param>
    /// <param name="open">Opens its transport; called on its loop, which disposes it.</param>
    /// <param name="lose">Tells the others that the endpoint is lost, for a reason that it could not report itself.</param>
    /// <param name="resume">The checkpoint to go on from; null to start afresh.</param>
    /// <param name="time">The clock that paces its accelerators.</param>
    /// <param name="cancellation">Ends it from outside.</param>
    public static async Task RunAsync(
        JobPlan plan, int endpoint, Func<ITransport> open, Action<string> lose, Checkpoint? resume, TimeProvider time, CancellationToken cancellation)
    {
        Exception? reported = null;
        try
        {
            await RankLoop.RunAsync(RunFailures.NameOf(endpoint, plan.Workers, plan.Servers), async () =>
            {
                await using ITransport transport = RankProcess.Shape(plan, open(), hasOwnProcess: false);
                try
                {
                    await RankProgram.RunAsync(plan, transport, thread => PacedAccelerator.For(plan, endpoint, thread, time), resume, cancellation);
                }
                catch (Exception failure)
                {
                    reported = failure;
                    throw;
                }
            });
        }
        catch (Exception failure)
        {
            // Nobody awaited what threw this (a posted callback, an async void method), so nobody could report it.
            if (failure != reported) lose($"its event loop broke: {RunFailures.Describe(failure)}");
        }
    }
}
