using Rubato.Numerics;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.MinibatchSgd;

/// <summary>Every worker computes K gradients at one point; their mean over all workers is one step of everybody's optimizer.</summary>
/// <remarks>
/// <para>The counterpart of local SGD in Woodworth, Patel and Srebro, "Minibatch vs Local SGD for Heterogeneous Distributed Learning",
/// NeurIPS 2020, arXiv:2006.04735, section 3: as many gradients and as many exchanges.</para>
/// <para>Paper → here: M WorkerCount, K Batches, x Parameters, η K · LearningRate, or LearningRate where the scale is fixed.</para>
/// <para>Traffic: one average of d floats every K steps. State: d floats, each worker's sum of gradients; replicas are equal at all times.</para>
/// </remarks>
internal sealed class MinibatchSgdStrategy(MinibatchSgdOptions options) : IStrategy
{
    private readonly GradientRound _round = new(options.Batches);

    /// <inheritdoc/>
    public ValueTask StartAsync(Worker worker, CancellationToken cancellation)
    {
        _round.Begin(worker.Parameters.Length);
        return worker.Workers.BroadcastAsync(worker.Parameters, root: 0, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        if (!await _round.StepAsync(worker, cancellation)) return;

        float rate = LearningRateScales.Scaled(worker.LearningRate, options.Scale, options.Batches, fullUpdate: 1);
        worker.Optimizer.Step(worker.Parameters.Span, worker.Gradient.Span, rate);
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor) => _round.VisitState(visitor);
}
