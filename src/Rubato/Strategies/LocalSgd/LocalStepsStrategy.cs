using Rubato.Numerics;

namespace Rubato.Strategies.LocalSgd;

/// <summary>Every worker trains its own replica: what methods are made of that bring the replicas together in a way of their own.</summary>
/// <remarks>Traffic: none after the common start. State: none but the replica and its optimizer's, which differ between workers.</remarks>
internal sealed class LocalStepsStrategy : IStrategy
{
    /// <inheritdoc/>
    public ValueTask StartAsync(Worker worker, CancellationToken cancellation) =>
        worker.Workers.BroadcastAsync(worker.Parameters, root: 0, cancellation);

    /// <inheritdoc/>
    public ValueTask StepAsync(Worker worker, CancellationToken cancellation) => worker.TakeLocalStepAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
    }
}
