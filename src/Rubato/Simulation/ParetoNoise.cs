using System.ComponentModel;
using Rubato.Numerics;

namespace Rubato.Simulation;

/// <summary>Factors of the Pareto distribution from 1 upwards, P(factor &gt; f) = f^−shape: rare steps that are very slow.</summary>
public sealed record ParetoNoise : StepTimeNoise
{
    /// <summary>The tail's exponent; above 1, where the mean shape / (shape − 1) is finite.</summary>
    [Description("Exponent of the tail; the smaller, the heavier.")]
    public double Shape
    {
        get;
        init => field = Above(1, value, nameof(Shape), "shape", "shape=3");
    } = 3;

    /// <inheritdoc/>
    public override Func<TimeSpan, double> Begin(RandomStream random) => _ => Math.Exp(Exponential(random) / Shape);
}
