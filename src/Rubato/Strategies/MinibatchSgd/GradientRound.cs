using Rubato.Numerics;

namespace Rubato.Strategies.MinibatchSgd;

/// <summary>K steps of every worker that compute gradients at one point, and their mean over all workers.</summary>
/// <remarks>Traffic: one average of d floats a round. State: d floats, the worker's own sum so far.</remarks>
/// <param name="batches">K, the steps of a round.</param>
internal sealed class GradientRound(int batches) : IStateful
{
    private float[] _sum = [];  // shape [d]

    /// <summary>Makes room for vectors of so many elements.</summary>
    public void Begin(int length) => _sum = new float[length];

    /// <summary>Computes the step's gradient; at the round's last step <see cref="Worker.Gradient"/> becomes the mean of all that the round computed.</summary>
    /// <returns>Whether the round is complete and its update due.</returns>
    public async ValueTask<bool> StepAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.ComputeGradientAsync(cancellation);
        long place = (worker.Step - 1) % batches;
        Add(worker.Gradient.Span, isFirst: place == 0);
        if (place < batches - 1) return false;

        MeanInto(worker.Gradient.Span);
        await worker.Exchange.AverageAsync(worker.Gradient, cancellation);
        // They enter the model together, and nobody's parameters have changed since.
        for (int batch = 0; batch < batches; batch++) worker.ReportApplied(staleness: 0);
        return true;
    }

    /// <summary>Adds a gradient to the sum, or begins a new one with it.</summary>
    internal void Add(ReadOnlySpan<float> gradient, bool isFirst)
    {
        if (isFirst) gradient.CopyTo(_sum);
        else for (int j = 0; j < _sum.Length; j++) _sum[j] += gradient[j];
    }

    /// <summary>The mean of a whole round; of a single gradient to the bit.</summary>
    internal void MeanInto(Span<float> mean)
    {
        for (int j = 0; j < mean.Length; j++) mean[j] = _sum[j] / batches;
    }

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor) => visitor.Vector("gradient-sum", _sum);
}
