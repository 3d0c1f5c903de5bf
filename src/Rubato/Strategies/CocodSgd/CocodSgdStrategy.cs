using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.CocodSgd;

/// <summary>Local SGD whose average is taken in one period late, with what the worker has learned meanwhile added to it.</summary>
/// <remarks>
/// <para>Shen, Xu, Liu, Liang and Cheng, "Faster Distributed Deep Net Training: Computation and Communication Decoupled Stochastic Gradient
/// Descent", IJCAI 2019, arXiv:1906.12043.</para>
/// <para>Paper → here: k (τ) Period, x Parameters, p _snapshot, its mean over the workers _average.</para>
/// <para>Traffic: one all-reduce of d floats every τ steps, beside the computation. State: 2d floats.</para>
/// </remarks>
internal sealed class CocodSgdStrategy(CocodSgdOptions options) : IStrategy
{
    private float[] _snapshot = [];  // p, this worker's replica as it was at the last boundary, shape [d]
    private float[] _average = [];   // the mean of all p, shape [d]; from a boundary until the average is in, p itself
    private Task _averaging = Task.CompletedTask;

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

        await _averaging;
        TakeIn(worker.Parameters.Span);
        _averaging = worker.InBackground(worker.Workers.AllReduceAsync(_average, ReduceOperation.Mean, cancellation));
    }

    /// <inheritdoc/>
    /// <remarks>The average is kept for its own boundary, so that looking at a job does not change it.</remarks>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => new(_averaging);

    /// <summary>Takes the common start as the first snapshot, which is also its mean.</summary>
    internal void Begin(ReadOnlySpan<float> initial) => (_snapshot, _average) = (initial.ToArray(), initial.ToArray());

    /// <summary>x ← p̄ + (x − p), and that is the next p, put in place of p̄ to be averaged.</summary>
    internal void TakeIn(Span<float> x)
    {
        for (int j = 0; j < x.Length; j++)
        {
            x[j] = _average[j] + (x[j] - _snapshot[j]);
            _snapshot[j] = _average[j] = x[j];
        }
    }

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        visitor.Vector("snapshot", _snapshot);
        visitor.Vector("average", _average);
    }
}
