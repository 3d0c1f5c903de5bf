using System.ComponentModel;
using Rubato.Numerics;

namespace Rubato.Simulation;

/// <summary>Factors 1 + deviation · N(0, 1), never below a tenth: the ordinary jitter of a machine.</summary>
public sealed record NormalNoise : StepTimeNoise
{
    private const double Least = 0.1;

    /// <summary>The standard deviation as a share of the base time; 0 or more.</summary>
    [Description("Standard deviation as a share of the base time.")]
    public double Deviation
    {
        get;
        init => field = NotNegative(value, nameof(Deviation), "deviation", "deviation=0.1");
    } = 0.1;

    /// <inheritdoc/>
    public override Func<TimeSpan, double> Begin(RandomStream random) => _ => Math.Max(Least, 1 + Deviation * random.NextNormal());
}
