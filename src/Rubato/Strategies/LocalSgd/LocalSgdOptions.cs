using System.ComponentModel;

namespace Rubato.Strategies.LocalSgd;

/// <summary>The options of <c>local-sgd</c>.</summary>
internal sealed record LocalSgdOptions() : PeriodicOptions(period: 8)
{
    /// <summary>The share of the budget before the workers become local: until then they average after every step; from 0 to 1, default none given.</summary>
    [Description("share of the budget in which every step averages, before the period begins to count; empty for none")]
    public double? PostLocal
    {
        get;
        init => field = value is null or (>= 0 and <= 1) ? value : throw new ArgumentOutOfRangeException(nameof(PostLocal), value,
            $"The workers become local after {value} of the budget, but that must be from 0 to 1. Use post-local=0.5 for the second half.");
    }

    /// <summary>The power of the rate's decay with which the period grows; 0 (the default) keeps it, 1 grows it as the rate falls, 2 is the quadratic rule.</summary>
    [Description("power of the rate's decay with which the period grows: 0 keeps it, 2 is the quadratic rule")]
    public double Growth
    {
        get;
        init => field = value is >= 0 and <= 4 ? value : throw new ArgumentOutOfRangeException(nameof(Growth), value,
            $"The period grows with power {value} of the rate's decay, but that must be from 0 to 4. Use growth=1, or 0 for a period that stays.");
    }

    /// <summary>What share of the rate a local step takes (η_inner/η_outer); at least 0, default 1. The average takes every step at the whole rate.</summary>
    [Description("share of the rate that local steps take, at least 0; averages take the whole rate: 0 is minibatch SGD")]
    public float InnerRate
    {
        get;
        init => field = value >= 0 && float.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(InnerRate), value,
            $"The inner rate is {value}, but it must not be negative. Use inner-rate=1 for plain averaging, or 0 for minibatch SGD.");
    } = 1;
}
