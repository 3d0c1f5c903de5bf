using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.Bmuf;

/// <summary>Blockwise model-update filtering: the averaged displacement of a block of local steps passes through a momentum.</summary>
/// <remarks>
/// <para>Chen and Huo, "Scalable Training of Deep Learning Machines by Incremental Block Training with Intra-Block Parallel Optimization and
/// Blockwise Model-Update Filtering", ICASSP 2016.</para>
/// <para>Paper → here: N WorkerCount, W̄ the averaged Parameters, W_g _start, Δ _update, G the displacement of a block, ζ BlockRate, η blockMomentum.</para>
/// <para>Traffic: one all-reduce of d floats every τ steps. State: 2d floats, equal on every worker.</para>
/// </remarks>
internal sealed class BmufStrategy(BmufOptions options, float blockMomentum) : IStrategy
{
    private float[] _start = [];   // W_g, where the block began, shape [d]
    private float[] _update = [];  // Δ, shape [d]

    /// <inheritdoc/>
    public async ValueTask StartAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.Workers.BroadcastAsync(worker.Parameters, root: 0, cancellation);
        Begin(worker.Parameters.Span);
    }

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.TakeLocalStepAsync(cancellation);
        if (worker.Step % options.Period != 0) return;

        await worker.Workers.AllReduceAsync(worker.Parameters, ReduceOperation.Mean, cancellation);
        FilterUpdate(worker.Parameters.Span);
    }

    /// <summary>Takes the common start as that of the first block.</summary>
    internal void Begin(ReadOnlySpan<float> initial)
    {
        _start = initial.ToArray();
        _update = new float[initial.Length];
    }

    /// <summary>G = W̄ − W_g; Δ ← η Δ + ζ G; W ← W + Δ, with the mean W̄ in <paramref name="x"/>, which then holds the next block's start.</summary>
    internal void FilterUpdate(Span<float> x)
    {
        for (int j = 0; j < x.Length; j++)
        {
            float block = options.BlockRate * (x[j] - _start[j]);
            _update[j] = blockMomentum * _update[j] + block;
            // Nesterov's start is W_g = W + η Δ: from one start to the next that is ζ G + η Δ, so W itself need not be kept.
            _start[j] += options.Nesterov ? block + blockMomentum * _update[j] : _update[j];
            x[j] = _start[j];
        }
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        visitor.Vector("start", _start);
        visitor.Vector("update", _update);
    }
}
