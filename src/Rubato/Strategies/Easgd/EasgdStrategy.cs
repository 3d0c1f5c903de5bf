using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.Easgd;

/// <summary>Every worker trains its own replica; every τ steps each replica and a common centre pull at each other.</summary>
/// <remarks>
/// <para>Zhang, Choromanska and LeCun, "Deep Learning with Elastic Averaging SGD", NIPS 2015, arXiv:1412.6651, in its synchronous form; with a
/// momentum optimizer on the workers it is EAMSGD.</para>
/// <para>Paper → here: τ Period, p WorkerCount, β Elasticity, α = β/p, x Parameters, x̃ _centre, η LearningRate.</para>
/// <para>Traffic: one all-reduce of d floats every τ steps. State: d floats, equal on every worker.</para>
/// </remarks>
internal sealed class EasgdStrategy(EasgdOptions options) : IStrategy
{
    private float[] _centre = [];  // x̃, shape [d]
    private float[] _mean = [];    // the replicas, then their mean, shape [d]

    /// <inheritdoc/>
    public async ValueTask StartAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.Workers.BroadcastAsync(worker.Parameters, root: 0, cancellation);
        Begin(worker.Parameters.Span);
    }

    /// <inheritdoc/>
    /// <remarks>The centre: the method's output, though no worker trains it.</remarks>
    public ReadOnlyMemory<float> ModelOf(Worker worker) => _centre;

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.TakeLocalStepAsync(cancellation);
        if (worker.Step % options.Period != 0) return;

        worker.Parameters.CopyTo(_mean);
        await worker.Workers.AllReduceAsync(_mean, ReduceOperation.Mean, cancellation);
        Pull(worker.Parameters.Span, _mean, worker.WorkerCount);
    }

    /// <summary>Takes the common start as the centre.</summary>
    internal void Begin(ReadOnlySpan<float> initial) => (_centre, _mean) = (initial.ToArray(), new float[initial.Length]);

    /// <summary>x ← x − α(x − x̃) and x̃ ← x̃ + β(x̄ − x̃), both from the x̃ before.</summary>
    internal void Pull(Span<float> x, ReadOnlySpan<float> mean, int workers)
    {
        float alpha = options.Elasticity / workers;
        for (int j = 0; j < x.Length; j++)
        {
            x[j] -= alpha * (x[j] - _centre[j]);
            _centre[j] += options.Elasticity * (mean[j] - _centre[j]);
        }
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor) => visitor.Vector("centre", _centre);
}
