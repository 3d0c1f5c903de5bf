using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Strategies.SlowMo;

namespace Rubato.Strategies.FedAvg;

/// <summary>Rounds in which some workers, drawn anew each time, train on their own data; the model moves by their mean, weighted by their data.</summary>
/// <remarks>
/// <para>McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data", AISTATS 2017, arXiv:1602.05629, Algorithm 1.</para>
/// <para>Paper → here: K WorkerCount, C Fraction, S_t the drawn workers, n_k OwnSamples, E Epochs, E·n_k/B _steps, η LearningRate,
/// w _model. A round is as long as the client with the most samples would need, and who has done its own steps waits.</para>
/// <para>Traffic: one all-reduce of d + 1 floats a round, to which absent workers send zeros. State: d floats, equal on every worker; clients keep
/// nothing from round to round.</para>
/// </remarks>
internal sealed class FedAvgStrategy(FedAvgOptions options, int clients) : IStrategy
{
    private float[] _model = [];   // w, shape [d]
    private float[] _parcel = [];  // n_k (w_k − w) and n_k, or zeros; then their sums over the workers; shape [d + 1]
    private long _steps;           // of this worker in a round that it is drawn for
    private long _round;           // steps of a round
    private long _drawnFor = -1;   // the round that _isDrawn is about
    private bool _isDrawn;

    /// <inheritdoc/>
    public async ValueTask StartAsync(Worker worker, CancellationToken cancellation)
    {
        _steps = options.StepsOf(worker.OwnSamples, worker.BatchSize);
        _round = options.StepsOf(worker.MostOwnSamples, worker.BatchSize);
        await worker.Workers.BroadcastAsync(worker.Parameters, root: 0, cancellation);
        Begin(worker.Parameters.Span);
    }

    /// <inheritdoc/>
    /// <remarks>Within a round the model of the last one: what clients have begun is theirs.</remarks>
    public ReadOnlyMemory<float> ModelOf(Worker worker) => _model;

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        (long round, long done) = Math.DivRem(worker.Step - 1, _round);
        if (round != _drawnFor) (_drawnFor, _isDrawn) = (round, IsDrawn(worker.Seed, round, worker.Rank, worker.WorkerCount, clients));
        if (_isDrawn && done < _steps)
        {
            await worker.ComputeGradientAsync(cancellation);
            worker.Optimizer.Step(worker.Parameters.Span, worker.Gradient.Span, worker.LearningRate);
        }
        else
        {
            worker.SitOut();
        }
        if (done + 1 < _round) return;

        Pack(worker.Parameters.Span, _isDrawn ? worker.OwnSamples : 0);
        await worker.Workers.AllReduceAsync(_parcel, ReduceOperation.Sum, cancellation);
        Unpack(worker.Parameters.Span);
        BaseBuffers.Reset(worker.Optimizer);
        // Its gradients enter the model only now.
        for (long step = 0; _isDrawn && step < _steps; step++) worker.ReportApplied(staleness: 0);
    }

    /// <summary>Takes the common start as the first model.</summary>
    internal void Begin(ReadOnlySpan<float> initial)
    {
        _model = initial.ToArray();
        _parcel = new float[initial.Length + 1];
    }

    /// <summary>Whether a worker is among the clients of a round. Everybody draws alike, so nobody has to be told.</summary>
    internal static bool IsDrawn(ulong seed, long round, int rank, int workers, int clients)
    {
        if (clients == workers) return true;
        int[] order = [.. Enumerable.Range(0, workers)];
        RandomStream.Create(seed, "fedavg clients", round).Shuffle(order.AsSpan());
        return order.AsSpan(0, clients).Contains(rank);
    }

    /// <summary>n_k (w_k − w) and n_k, to be summed over the workers.</summary>
    internal void Pack(ReadOnlySpan<float> x, float weight)
    {
        for (int j = 0; j < x.Length; j++) _parcel[j] = weight * (x[j] - _model[j]);
        _parcel[^1] = weight;
    }

    /// <summary>w ← w + Σ n_k (w_k − w) / Σ n_k, which is where everybody's next round begins.</summary>
    internal void Unpack(Span<float> x)
    {
        float weights = _parcel[^1];
        for (int j = 0; j < x.Length; j++) x[j] = _model[j] += _parcel[j] / weights;
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor) => visitor.Vector("model", _model);
}
