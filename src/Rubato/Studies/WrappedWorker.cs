using Rubato.Numerics;
using Rubato.Strategies;

namespace Rubato.Studies;

/// <summary>The worker's side of a <see cref="WrappedStrategy"/>: does what another one does unless a derived class changes it.</summary>
internal abstract class WrappedWorker(IStrategy inner) : IStrategy
{
    /// <summary>The other one.</summary>
    protected IStrategy Inner => inner;

    public ValueTask StartAsync(Worker worker, CancellationToken cancellation) => inner.StartAsync(worker, cancellation);

    public ReadOnlyMemory<float> ModelOf(Worker worker) => inner.ModelOf(worker);

    public virtual ValueTask StepAsync(Worker worker, CancellationToken cancellation) => inner.StepAsync(worker, cancellation);

    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => inner.DrainAsync(worker, cancellation);

    public virtual ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => inner.LeaveAsync(worker, cancellation);

    public void VisitState(IStateVisitor visitor) => inner.VisitState(visitor);
}
