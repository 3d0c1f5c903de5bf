using Rubato.Numerics;

namespace Rubato.Simulation;

/// <summary>How the time of one worker's steps varies: a factor by which each step's base time is multiplied.</summary>
public abstract record StepTimeNoise
{
    /// <summary>Begins the row of one worker's factors.</summary>
    /// <param name="random">The worker's own stream.</param>
    /// <returns>Gives the factor of the step that begins at a time since the start; above 0. Called in order of time.</returns>
    public abstract Func<TimeSpan, double> Begin(RandomStream random);

    private protected static double Above(double limit, double value, string property, string name, string example) =>
        value > limit && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(property, value,
            $"The {name} is {value}, but it must be above {limit}. Use {example}, for example.");

    private protected static double NotNegative(double value, string property, string name, string example) =>
        value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(property, value,
            $"The {name} is {value}, but it must not be negative. Use {example}, for example.");

    // 1 − u is never 0, and its logarithm always finite.
    private protected static double Exponential(RandomStream random) => -Math.Log(1 - random.NextDouble());
}
