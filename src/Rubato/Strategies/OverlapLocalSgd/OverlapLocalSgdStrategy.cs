using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.OverlapLocalSgd;

/// <summary>Local SGD that never waits for its average: replicas are pulled towards an anchor, which is averaged while they go on.</summary>
/// <remarks>
/// <para>Wang, Liang and Joshi, "Overlap Local-SGD: An Algorithmic Approach to Hide Communication Delays in Distributed SGD", ICASSP 2020,
/// arXiv:2002.09539, with anchor momentum.</para>
/// <para>Paper → here: τ Period, α PullBack, β AnchorMomentum, γ LearningRate of the boundary's step, x Parameters, z _anchor.</para>
/// <para>Traffic: one all-reduce of d floats every τ steps, beside the computation. State: 2d floats; the anchor is equal on every worker.</para>
/// </remarks>
internal sealed class OverlapLocalSgdStrategy(OverlapLocalSgdOptions options) : IStrategy
{
    private float[] _anchor = [];    // z, shape [d]; from a boundary on this worker's part of the next one, until the average is in
    private float[] _momentum = [];  // b, this worker's part of the anchor's momentum, shape [d], in units of a gradient
    private Task _average = Task.CompletedTask;

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

        await _average;  // begun one boundary ago, normally in long since
        PullBack(worker.Parameters.Span, worker.LearningRate);
        _average = worker.InBackground(worker.Workers.AllReduceAsync(_anchor, ReduceOperation.Mean, cancellation));
    }

    /// <inheritdoc/>
    /// <remarks>The average stays in the anchor until its own boundary, so that looking at a job does not change it.</remarks>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => new(_average);

    /// <summary>Takes the common start as the first anchor.</summary>
    internal void Begin(ReadOnlySpan<float> initial)
    {
        _anchor = initial.ToArray();
        _momentum = new float[initial.Length];
    }

    /// <summary>x ← x − α(x − z); b ← β b + (z − x)/γ; then z − γ b, whose mean over the workers is the next z, in place of z.</summary>
    internal void PullBack(Span<float> x, float learningRate)
    {
        float alpha = options.PullBack, beta = options.AnchorMomentum;
        for (int j = 0; j < x.Length; j++)
        {
            x[j] -= alpha * (x[j] - _anchor[j]);
            // z − γ b with b's new value put in: without momentum that is x to the bit, and a rate of 0 divides nothing.
            float part = x[j] - beta * learningRate * _momentum[j];
            if (learningRate > 0) _momentum[j] = beta * _momentum[j] + (_anchor[j] - x[j]) / learningRate;
            _anchor[j] = part;
        }
    }

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        visitor.Vector("anchor", _anchor);
        visitor.Vector("momentum", _momentum);
    }
}
