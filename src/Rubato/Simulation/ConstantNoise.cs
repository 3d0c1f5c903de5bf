using Rubato.Numerics;

namespace Rubato.Simulation;

/// <summary>Every step takes its base time.</summary>
public sealed record ConstantNoise : StepTimeNoise
{
    /// <inheritdoc/>
    public override Func<TimeSpan, double> Begin(RandomStream random) => static _ => 1;
}
