using Rubato.Numerics;
using Rubato.Optimizers;
using Rubato.Strategies.MinibatchSgd;

namespace Rubato.Strategies.AcceleratedMinibatchSgd;

/// <summary>Minibatch SGD with Nesterov's acceleration: gradients are computed between where the steps have led and the average of it all.</summary>
/// <remarks>
/// <para>AC-SA of Lan, "An Optimal Method for Stochastic Composite Optimization", Mathematical Programming 133, 2012, for convex functions; the
/// baseline of Woodworth, Patel and Srebro, NeurIPS 2020, arXiv:2006.04735.</para>
/// <para>Paper → here: M WorkerCount, K Batches, x _x, x^md Parameters, x^ag _average, t the number of the update, a 2/(t + 1),
/// t/(2γ) t · LearningRate, so the job's rate is 1/(2γ).</para>
/// <para>Traffic: one average of d floats every K steps, of gradients only. State: 3d floats; x and x^ag are equal on every worker.</para>
/// </remarks>
internal sealed class AcceleratedMinibatchSgdStrategy(AcceleratedMinibatchSgdOptions options) : IStrategy
{
    private readonly GradientRound _round = new(options.Batches);
    private float[] _x = [];        // x, shape [d]
    private float[] _average = [];  // x^ag, shape [d]

    /// <inheritdoc/>
    public async ValueTask StartAsync(Worker worker, CancellationToken cancellation)
    {
        _round.Begin(worker.Parameters.Length);
        await worker.Workers.BroadcastAsync(worker.Parameters, root: 0, cancellation);
        Begin(worker.Parameters.Span);
    }

    /// <inheritdoc/>
    /// <remarks>What the method's guarantee is about, not where it asks for gradients.</remarks>
    public ReadOnlyMemory<float> ModelOf(Worker worker) => _average;

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        if (!await _round.StepAsync(worker, cancellation)) return;

        TakeStep(worker.Optimizer, worker.Parameters.Span, worker.Gradient.Span, worker.LearningRate, update: worker.Step / options.Batches);
    }

    /// <summary>Takes the common start as x and x^ag; with a = 1 for the first update it is x^md too.</summary>
    internal void Begin(ReadOnlySpan<float> initial)
    {
        _x = initial.ToArray();
        _average = initial.ToArray();
    }

    /// <summary>x^ag, shape [d].</summary>
    internal ReadOnlySpan<float> Average => _average;

    /// <summary>Update t: a step of x, then the average and the next point.</summary>
    internal void TakeStep(Optimizer optimizer, Span<float> point, ReadOnlySpan<float> gradient, float learningRate, long update)
    {
        Advance(optimizer, gradient, learningRate, update);
        Mix(point, share: 2f / (update + 1), nextShare: 2f / (update + 2));
    }

    /// <summary>x ← optimizer(x, g, t/(2γ)).</summary>
    internal void Advance(Optimizer optimizer, ReadOnlySpan<float> gradient, float learningRate, long update) =>
        optimizer.Step(_x, gradient, update * learningRate);

    /// <summary>x^ag ← a x + (1 − a) x^ag, and with the a of the next update x^md ← (1 − a) x^ag + a x, into <paramref name="point"/>.</summary>
    internal void Mix(Span<float> point, float share, float nextShare)
    {
        for (int j = 0; j < point.Length; j++)
        {
            _average[j] = share * _x[j] + (1 - share) * _average[j];
            point[j] = (1 - nextShare) * _average[j] + nextShare * _x[j];
        }
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        _round.VisitState(visitor);
        visitor.Vector("x", _x);
        visitor.Vector("average", _average);
    }
}
