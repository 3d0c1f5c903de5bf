using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.Bmuf;

/// <summary>Blockwise model-update filtering: the averaged displacement of a block of local steps passes through a momentum.</summary>
/// <remarks>
/// <para>Chen and Huo, "Scalable Training of Deep Learning Machines by Incremental Block Training with Intra-Block Parallel Optimization and
/// Blockwise Model-Update Filtering", ICASSP 2016.</para>
/// <para>Paper → here: N WorkerCount, W̄ the averaged Parameters, W_g and Δ in Filter, ζ BlockRate, η blockMomentum.</para>
/// <para>Traffic: one all-reduce of d floats every τ steps. State: 2d floats, equal on every worker.</para>
/// </remarks>
internal sealed class BmufStrategy(BmufOptions options, float blockMomentum) : IStrategy
{
    /// <summary>The arithmetic.</summary>
    internal BlockFilter Filter { get; } = new(options.BlockRate, blockMomentum, options.Nesterov);

    /// <inheritdoc/>
    public async ValueTask StartAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.Workers.BroadcastAsync(worker.Parameters, root: 0, cancellation);
        Filter.Begin(worker.Parameters.Span);
    }

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.TakeLocalStepAsync(cancellation);
        if (worker.Step % options.Period != 0) return;

        await worker.Workers.AllReduceAsync(worker.Parameters, ReduceOperation.Mean, cancellation);
        Filter.Update(worker.Parameters.Span);
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor) => Filter.VisitState(visitor);
}
