using Rubato.Numerics;
using Rubato.Topologies;

namespace Rubato.Strategies.Gossip;

/// <summary>Every step, a worker's parameters become a weighted mean of its own and its neighbours', and its gradient is applied to that.</summary>
/// <remarks>
/// <para>Lian, Zhang, Zhang, Hsieh, Zhang and Liu, "Can Decentralized Algorithms Outperform Centralized Algorithms?" (D-PSGD), NeurIPS 2017,
/// arXiv:1705.09056, Algorithm 1: x_i ← Σ_j W_ij x_j − γ g_i with g_i at the old x_i, so that vectors travel while gradients are computed.</para>
/// <para>Paper → here: x_i Parameters, W the matrix (Metropolis–Hastings weights of the topology), γ LearningRate.</para>
/// <para>Traffic of a step: 16 + 4d bytes to each neighbour. State: none but the replica and its optimizer's, which differ between workers.</para>
/// </remarks>
internal sealed class GossipStrategy(MixingMatrix matrix) : IStrategy
{
    private readonly Mixer _mixer = new(tag: 1);
    private MixingRow? _row;
    private float[] _mixed = [];  // Σ_j W_ij x_j, shape [d]

    /// <inheritdoc/>
    public ValueTask StartAsync(Worker worker, CancellationToken cancellation)
    {
        _row = matrix.RowOf(worker.Rank);
        _mixed = new float[worker.Parameters.Length];
        return worker.Workers.BroadcastAsync(worker.Parameters, root: 0, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        Task<double> mixing = _mixer.MixAsync(worker.Workers, _row!, worker.Step, worker.Parameters, scalar: 1, _mixed, cancellation).AsTask();
        await worker.ComputeGradientAsync(cancellation);
        await mixing;
        _mixed.CopyTo(worker.Parameters);
        worker.Optimizer.Step(worker.Parameters.Span, worker.Gradient.Span, worker.LearningRate);
        // No gradient of this replica entered it between the computation and now.
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
