using Rubato.Communication;
using Rubato.Strategies;

namespace Rubato.Training;

/// <summary>What a worker's or a server's endpoint runs, in every world.</summary>
public static class RankProgram
{
    /// <summary>Runs the worker or the server whose endpoint the transport is, from its greeting to its goodbye.</summary>
    /// <remarks>
    /// Call it on the rank's event loop. It uses no thread and no clock of its own. Its own failure is reported to the conductor before it
    /// is thrown; the caller owns the transport and disposes it afterwards.
    /// </remarks>
    /// <param name="plan">The job.</param>
    /// <param name="transport">This endpoint's transport.</param>
    /// <param name="accelerator">Makes what a thread of a worker computes with, by the thread's number; disposed at the end.</param>
    /// <param name="resume">The checkpoint to go on from, the same on all endpoints; null to start afresh.</param>
    /// <param name="cancellation">Ends this rank from outside, which fails the run.</param>
    /// <exception cref="OperationCanceledException">The run was aborted elsewhere, or this rank was ended from outside.</exception>
    public static async Task RunAsync(
        JobPlan plan, ITransport transport, Func<int, IAccelerator> accelerator, Checkpoint? resume, CancellationToken cancellation)
    {
        string name = RunFailures.NameOf(transport.Rank, plan.Workers, plan.Servers);
        using var rank = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var line = new RankLine(transport, plan.Conductor, rank);
        try
        {
            rank.Token.ThrowIfCancellationRequested();
            float[] initial = resume?.Model ?? plan.CreateInitialParameters();
            StateSnapshot? state = resume is null ? null : Resumption.StateOf(plan, resume, transport.Rank);
            if (transport.Rank < plan.Workers)
            {
                bool startsLate = resume is not null && plan.Assignment == BatchAssignment.OnDemand;
                using var worker = new WorkerProgram(plan, transport, accelerator, line, initial, rank.Token);
                await worker.RunAsync(state, startsLate);
            }
            else
            {
                using var server = new ServerProgram(plan, transport, line, initial, rank.Token);
                await server.RunAsync(state);
            }
        }
        catch (Exception) when (line.Aborted is not null)
        {
            // Whatever broke off an aborted rank, the reason is the conductor's.
            await line.SayGoodbyeAsync();
            throw new OperationCanceledException($"{name} ended because {line.Aborted}.", rank.Token);
        }
        catch (Exception) when (line.Broken is not null)
        {
            await line.ReportAsync(line.Broken);
            throw new RunFailedException($"{name} could not do what the conductor asked: {RunFailures.Describe(line.Broken)}", line.Broken);
        }
        catch (OperationCanceledException stopped) when (cancellation.IsCancellationRequested)
        {
            await line.ReportAsync(new RunFailedException("It was stopped from outside.", stopped));
            throw;
        }
        catch (Exception failure)
        {
            await line.ReportAsync(failure);
            throw;
        }
        await line.SayGoodbyeAsync();
    }
}
