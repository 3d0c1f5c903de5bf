using System.ComponentModel;
using Rubato.Numerics;

namespace Rubato.Simulation;

/// <summary>Factors exp(sigma · N(0, 1)), whose median is 1: jitter with a longer tail on the slow side.</summary>
public sealed record LogNormalNoise : StepTimeNoise
{
    /// <summary>The standard deviation of the factor's logarithm; 0 or more.</summary>
    [Description("Standard deviation of the factor's logarithm.")]
    public double Sigma
    {
        get;
        init => field = NotNegative(value, nameof(Sigma), "sigma", "sigma=0.1");
    } = 0.1;

    /// <inheritdoc/>
    public override Func<TimeSpan, double> Begin(RandomStream random) => _ => Math.Exp(Sigma * random.NextNormal());
}
