using Rubato.Numerics;
using Rubato.Topologies;

namespace Rubato.Strategies.AdPsgd;

/// <summary>Asynchronous decentralized SGD: while it computes, a worker averages its replica with one random neighbour's, whoever is slow meanwhile.</summary>
/// <remarks>
/// <para>Lian, Zhang, Zhang and Liu, "Asynchronous Decentralized Parallel Stochastic Gradient Descent", ICML 2018, arXiv:1710.06952, Algorithm 1.</para>
/// <para>Paper → here: x_i Parameters, γ LearningRate, the active workers one side of a bipartite graph, who ask, the passive ones the other, who
/// only answer: so nobody can wait in a circle. Staleness counts the averages between reading a replica and applying to it.</para>
/// <para>Traffic of a step of an active worker: 4 + 4d bytes there and as many back. State: the replica, its optimizer's, and the draws of partners.</para>
/// </remarks>
/// <param name="sides">Who asks whom.</param>
internal sealed class AdPsgdStrategy(Bipartition sides) : IStrategy
{
    private readonly AveragingService _service = new();
    private RandomStream _draws = RandomStream.Create(0, "partners");
    private int[] _partners = [];
    private Task? _answering;
    private int _averages;

    /// <inheritdoc/>
    public ValueTask StartAsync(Worker worker, CancellationToken cancellation)
    {
        _draws = RandomStream.Create(worker.Seed, "partners", worker.Rank);
        _partners = sides.Edges.TargetsOf(worker.Rank);
        return worker.Workers.BroadcastAsync(worker.Parameters, root: 0, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        await AnswerFromNowOnAsync(worker, cancellation);
        int before = _averages;
        Task averaging = IsActive(worker) ? worker.InBackground(AverageAsync(worker, cancellation)) : Task.CompletedTask;
        await worker.ComputeGradientAsync(cancellation);
        await averaging;
        worker.Optimizer.Step(worker.Parameters.Span, worker.Gradient.Span, worker.LearningRate);
        worker.ReportApplied(_averages - before);
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    /// <remarks>Who answers stays until everybody who may ask has left.</remarks>
    public async ValueTask LeaveAsync(Worker worker, CancellationToken cancellation)
    {
        if (IsActive(worker))
            foreach (int partner in _partners) await AveragingService.LeaveAsync(worker.Workers, partner, cancellation);
        await AnswerFromNowOnAsync(worker, cancellation);
        await _answering!;
    }

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor) => visitor.Part("partners", _draws);

    private bool IsActive(Worker worker) => sides.Asks(worker.Rank);

    private async ValueTask AverageAsync(Worker worker, CancellationToken cancellation)
    {
        if (_partners.Length == 0) return;
        await _service.AskAsync(worker.Workers, _partners[_draws.NextInt32(_partners.Length)], worker.Parameters, cancellation);
        _averages++;
    }

    // Not from the start: what a checkpoint restores comes after it, and nobody may average with what is not restored yet.
    private async ValueTask AnswerFromNowOnAsync(Worker worker, CancellationToken cancellation)
    {
        _answering ??= IsActive(worker) ? Task.CompletedTask
            : _service.AnswerAsync(worker.Workers, _partners.Length, worker.Parameters, () => _averages++, cancellation);
        if (_answering.IsFaulted) await _answering;
    }
}
