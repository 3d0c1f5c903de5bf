using System.Numerics.Tensors;
using Rubato.Numerics;
using Rubato.Topologies;

namespace Rubato.Strategies.Sgp;

/// <summary>Stochastic gradient push: a worker divides its parameters and a weight between its peers and itself, and their ratio is what it trains on.</summary>
/// <remarks>
/// <para>Assran, Loizou, Ballas and Rabbat, "Stochastic Gradient Push for Distributed Deep Learning", ICML 2019, arXiv:1811.10792, Algorithm 1.</para>
/// <para>Paper → here: x_i _numerator, w_i _weight, z_i = x_i / w_i Parameters, P^(k) the matrix of round k = Step − 1, γ LearningRate. The
/// optimizer steps on x_i with the gradient at z_i.</para>
/// <para>Traffic of a step: 16 + 4d bytes to each peer. State: d floats and the weight; the sum of all weights is the number of workers.</para>
/// </remarks>
/// <param name="matrixOf">The column-stochastic weights of a round.</param>
internal sealed class SgpStrategy(Func<long, MixingMatrix> matrixOf) : IStrategy
{
    private readonly Mixer _mixer = new(tag: 1);
    private float[] _numerator = [];  // x_i, shape [d]
    private float[] _mixed = [];      // what becomes of it in a round, shape [d]
    private double _weight = 1;       // w_i

    /// <inheritdoc/>
    public async ValueTask StartAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.Workers.BroadcastAsync(worker.Parameters, root: 0, cancellation);
        _numerator = new float[worker.Parameters.Length];
        _mixed = new float[_numerator.Length];
        Restart(worker);
    }

    /// <summary>Goes on from the replica as it is now, with weight 1: sound where everybody does so between the same two rounds.</summary>
    internal void Restart(Worker worker)
    {
        worker.Parameters.CopyTo(_numerator);
        _weight = 1;
    }

    /// <inheritdoc/>
    /// <remarks>The mean of all x_i is what pushing never moves; that of the z_i is not.</remarks>
    public ReadOnlyMemory<float> ModelOf(Worker worker) => _numerator;

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.ComputeGradientAsync(cancellation);  // at z_i
        worker.Optimizer.Step(_numerator, worker.Gradient.Span, worker.LearningRate);
        MixingRow row = matrixOf(worker.Step - 1).RowOf(worker.Rank);
        _weight = await _mixer.MixAsync(worker.Workers, row, worker.Step, _numerator, _weight, _mixed, cancellation);
        (_numerator, _mixed) = (_mixed, _numerator);
        TensorPrimitives.Divide(_numerator, (float)_weight, worker.Parameters.Span);
        worker.ReportApplied(staleness: 0);
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        visitor.Vector("numerator", _numerator);
        long weight = BitConverter.DoubleToInt64Bits(_weight);
        visitor.Counter("weight", ref weight);
        _weight = BitConverter.Int64BitsToDouble(weight);
    }
}
