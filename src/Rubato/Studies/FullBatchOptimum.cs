using Rubato.Data;
using Rubato.Models;
using Rubato.Numerics;

namespace Rubato.Studies;

/// <summary>The optimum of a convex model on all of a set, and how much the parts of the set disagree there.</summary>
/// <param name="Loss">F*, the least mean loss.</param>
/// <param name="GradientNorm">What is left of the gradient; 0 would be the optimum itself.</param>
/// <param name="Disagreement">ζ*² = (1/M) Σ ‖∇F_m(x*)‖² over M parts of equal length, in the set's order.</param>
internal sealed record FullBatchOptimum(double Loss, double GradientNorm, double Disagreement)
{
    private const int Steps = 4000;

    /// <summary>Finds it by accelerated descent, begun anew whenever the loss rises.</summary>
    /// <param name="model">A model whose loss is convex.</param>
    /// <param name="set">All samples.</param>
    /// <param name="parts">M.</param>
    /// <param name="rate">The length of the steps, at most one over the largest curvature.</param>
    public static FullBatchOptimum Of(IModel model, SampleSet set, int parts, float rate)
    {
        var pass = new GradientPass { Random = RandomStream.Create(0, "no draws") };
        Batch all = BatchOf(set, 0, set.Count);
        float[] x = new float[model.Layout.Length], previous = [.. x], point = [.. x], gradient = new float[x.Length];
        double loss = double.PositiveInfinity;
        int momentum = 0;
        for (int step = 0; step < Steps; step++)
        {
            double now = model.ComputeGradient(point, all, gradient, pass);
            momentum = now > loss ? 0 : momentum + 1;
            loss = now;
            float ahead = momentum / (momentum + 3f);
            for (int j = 0; j < x.Length; j++)
            {
                (previous[j], x[j]) = (x[j], point[j] - rate * gradient[j]);
                point[j] = x[j] + ahead * (x[j] - previous[j]);
            }
        }
        loss = model.ComputeGradient(x, all, gradient, pass);
        double norm = Math.Sqrt(SquareOf(gradient)), disagreement = 0;
        for (int part = 0; part < parts; part++)
        {
            _ = model.ComputeGradient(x, BatchOf(set, set.Count / parts * part, set.Count / parts), gradient, pass);
            disagreement += SquareOf(gradient) / parts;
        }
        return new FullBatchOptimum(loss, norm, disagreement);
    }

    private static Batch BatchOf(SampleSet set, int first, int count)
    {
        var batch = new Batch();
        set.Read([.. Enumerable.Range(first, count)], batch);
        return batch;
    }

    private static double SquareOf(float[] vector) => vector.Sum(value => (double)value * value);
}
