using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.Easgd;

/// <summary>Elastic averaging SGD with all workers in step: every τ steps replicas are pulled towards a centre, and the centre towards them.</summary>
/// <remarks>
/// <para>Zhang, Choromanska and LeCun, "Deep learning with Elastic Averaging SGD", NIPS 2015, arXiv:1412.6651, the synchronous form; EAMSGD when the
/// job's optimizer has a momentum.</para>
/// <para>Paper → here: x^i Parameters, x̃ _centre, τ Period, α alpha, β = p α, η LearningRate.</para>
/// <para>Traffic: one all-reduce of d floats every τ steps. State: d floats, equal on every worker to the bit.</para>
/// </remarks>
/// <param name="period">τ.</param>
/// <param name="alpha">α.</param>
internal sealed class EasgdStrategy(int period, float alpha) : IStrategy
{
    private float[] _centre = [];    // x̃, shape [d]
    private float[] _distance = [];  // x − x̃, then its mean over the workers, shape [d]

    /// <inheritdoc/>
    public async ValueTask StartAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.Workers.BroadcastAsync(worker.Parameters, root: 0, cancellation);
        _centre = worker.Parameters.ToArray();
        _distance = new float[_centre.Length];
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<float> ModelOf(Worker worker) => _centre;

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.TakeLocalStepAsync(cancellation);
        if (worker.Step % period != 0) return;

        ElasticBand.PullReplica(worker.Parameters.Span, _centre, alpha, _distance);
        await worker.Workers.AllReduceAsync(_distance, ReduceOperation.Mean, cancellation);
        ElasticBand.PullCentre(_centre, _distance, alpha * worker.WorkerCount);
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor) => visitor.Vector("centre", _centre);
}
