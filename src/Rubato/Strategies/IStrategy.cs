using Rubato.Numerics;

namespace Rubato.Strategies;

/// <summary>One worker's side of a synchronization method, written as the paper writes its loop body.</summary>
/// <remarks>
/// SPMD: every worker holds its own object and runs the same <see cref="StepAsync"/>. Each rank is single-threaded (its awaits resume on
/// its own event loop), so fields need no locks; never use <c>ConfigureAwait(false)</c> or the thread pool here, the simulator forbids it.
/// </remarks>
public interface IStrategy : IStateful
{
    /// <summary>Before the first step: agree on initial parameters, subscribe to servers.</summary>
    ValueTask StartAsync(Worker worker, CancellationToken cancellation);

    /// <summary>What this worker offers as the model, or as its part of the mean: its replica, unless the strategy keeps something better.</summary>
    /// <returns>Shape [d]; read at once, between two awaits of the strategy.</returns>
    ReadOnlyMemory<float> ModelOf(Worker worker) => worker.Parameters;

    /// <summary>One step: compute exactly one gradient or sit out, apply, communicate.</summary>
    /// <remarks>Where a worker has several threads, a step of each may be under way.</remarks>
    ValueTask StepAsync(Worker worker, CancellationToken cancellation);

    /// <summary>Completes what is in flight, so that the state may be saved, evaluated or left.</summary>
    /// <remarks>Where a worker has several threads, each calls it once, when it takes no more steps.</remarks>
    ValueTask DrainAsync(Worker worker, CancellationToken cancellation);

    /// <summary>After the last step: say goodbye to servers. Called once, after <see cref="DrainAsync"/>.</summary>
    ValueTask LeaveAsync(Worker worker, CancellationToken cancellation);
}
