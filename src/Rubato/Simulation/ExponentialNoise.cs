using System.ComponentModel;
using Rubato.Numerics;

namespace Rubato.Simulation;

/// <summary>Factors floor + excess · Exp(1): a step that cannot be faster than the floor and may be much slower.</summary>
public sealed record ExponentialNoise : StepTimeNoise
{
    /// <summary>The least factor; above 0.</summary>
    [Description("Least factor.")]
    public double Floor
    {
        get;
        init => field = Above(0, value, nameof(Floor), "floor", "floor=1");
    } = 1;

    /// <summary>The mean of what comes on top; 0 or more.</summary>
    [Description("Mean of what comes on top of the floor.")]
    public double Excess
    {
        get;
        init => field = NotNegative(value, nameof(Excess), "excess", "excess=0.5");
    } = 1;

    /// <inheritdoc/>
    public override Func<TimeSpan, double> Begin(RandomStream random) => _ => Floor + Excess * Exponential(random);
}
