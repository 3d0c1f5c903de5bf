using Rubato.Numerics;

namespace Rubato.Strategies.AllReduce;

/// <summary>Synchronous data-parallel SGD: every step averages all workers' gradients and everybody takes the same optimizer step.</summary>
/// <remarks>
/// <para>x ← optimizer(x, (1/P) Σ_p g_p, γ). Symbols: x Parameters, g Gradient, P WorkerCount, γ LearningRate.</para>
/// <para>Traffic of a step: one all-reduce of d floats. State: none but the optimizer's, equal on every worker.</para>
/// </remarks>
internal sealed class AllReduceStrategy : IStrategy
{
    /// <inheritdoc/>
    public ValueTask StartAsync(Worker worker, CancellationToken cancellation) =>
        worker.Workers.BroadcastAsync(worker.Parameters, root: 0, cancellation);

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.ComputeGradientAsync(cancellation);
        await worker.Exchange.AverageAsync(worker.Gradient, cancellation);
        worker.Optimizer.Step(worker.Parameters.Span, worker.Gradient.Span, worker.LearningRate);
        worker.ReportApplied(staleness: 0);
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
