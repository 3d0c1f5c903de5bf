using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.ModelAveraging;

/// <summary>Every worker trains its own replica; every τ steps it goes a share α of the way to the mean of all replicas.</summary>
/// <remarks>
/// <para>The foreground model averaging (MA) of Zheng et al., "ShadowSync", arXiv:2003.03477; with α = 1 it is local SGD to the bit.</para>
/// <para>Paper → here: w_i Parameters, α Alpha, k (τ) Period.</para>
/// <para>Traffic: one all-reduce of d floats every τ steps. State: none but the replica and its optimizer's.</para>
/// </remarks>
internal sealed class ModelAveragingStrategy(ModelAveragingOptions options) : IStrategy
{
    private float[] _mean = [];  // shape [d]; nothing between two steps

    /// <inheritdoc/>
    public ValueTask StartAsync(Worker worker, CancellationToken cancellation) =>
        worker.Workers.BroadcastAsync(worker.Parameters, root: 0, cancellation);

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.TakeLocalStepAsync(cancellation);
        if (worker.Step % options.Period != 0) return;

        if (_mean.Length != worker.Parameters.Length) _mean = new float[worker.Parameters.Length];
        worker.Parameters.CopyTo(_mean);
        await worker.Workers.AllReduceAsync(_mean, ReduceOperation.Mean, cancellation);
        Blend.Towards(worker.Parameters.Span, _mean, options.Alpha);
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
