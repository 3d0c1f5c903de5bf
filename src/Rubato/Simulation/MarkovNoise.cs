using System.ComponentModel;
using Rubato.Numerics;

namespace Rubato.Simulation;

/// <summary>Slow periods that come and go: exponentially long ones of base speed take turns with exponentially long ones of a factor.</summary>
public sealed record MarkovNoise : StepTimeNoise
{
    /// <summary>How many times longer a step takes in a slow period; at least 1.</summary>
    [Description("How many times longer a step takes in a slow period.")]
    public double Factor
    {
        get;
        init => field = value >= 1 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(Factor), value,
            $"The factor of slow periods is {value}, but the smallest is 1. Use factor=5, for example.");
    } = 5;

    /// <summary>The mean length of a period of base speed, in seconds; above 0.</summary>
    [Description("Mean length of a period of base speed, in seconds.")]
    public double Fast
    {
        get;
        init => field = Above(0, value, nameof(Fast), "mean length of fast periods", "fast=10");
    } = 10;

    /// <summary>The mean length of a slow period, in seconds; above 0.</summary>
    [Description("Mean length of a slow period, in seconds.")]
    public double Slow
    {
        get;
        init => field = Above(0, value, nameof(Slow), "mean length of slow periods", "slow=2");
    } = 2;

    /// <inheritdoc/>
    public override Func<TimeSpan, double> Begin(RandomStream random)
    {
        // Which state a worker begins in is drawn by the shares of time, so that the first seconds are like all others.
        bool isSlow = random.NextDouble() < Slow / (Slow + Fast);
        double until = Exponential(random) * (isSlow ? Slow : Fast);
        return now =>
        {
            while (until <= now.TotalSeconds)
            {
                isSlow = !isSlow;
                until += Exponential(random) * (isSlow ? Slow : Fast);
            }
            return isSlow ? Factor : 1;
        };
    }
}
