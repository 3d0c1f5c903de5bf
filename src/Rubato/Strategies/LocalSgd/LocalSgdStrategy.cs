using Rubato.Communication;
using Rubato.Numerics;

namespace Rubato.Strategies.LocalSgd;

/// <summary>Every worker trains its own replica; every τ steps all replicas are replaced by their mean.</summary>
/// <remarks>
/// <para>Stich, "Local SGD Converges Fast and Communicates Little", ICLR 2019, arXiv:1805.09767, Algorithm 1; with full participation and
/// equal shares it is the FedAvg of McMahan et al., AISTATS 2017.</para>
/// <para>Paper → here: x Parameters, H (τ) Period, K WorkerCount, η LearningRate. The optimizer's buffers stay on their worker.</para>
/// <para>Traffic: one all-reduce of d floats every τ steps. State: none but the replica and its optimizer's, which differ between workers.</para>
/// </remarks>
internal sealed class LocalSgdStrategy(LocalSgdOptions options) : IStrategy
{
    /// <inheritdoc/>
    public ValueTask StartAsync(Worker worker, CancellationToken cancellation) =>
        worker.Workers.BroadcastAsync(worker.Parameters, root: 0, cancellation);

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.TakeLocalStepAsync(cancellation);
        if (worker.Step % options.Period != 0) return;

        await worker.Workers.AllReduceAsync(worker.Parameters, ReduceOperation.Mean, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
    }
}
