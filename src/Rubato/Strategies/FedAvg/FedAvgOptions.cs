using System.ComponentModel;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.FedAvg;

/// <summary>The options of <c>fedavg</c>.</summary>
internal sealed record FedAvgOptions() : PeriodicOptions(period: 60)
{
    /// <summary>The share of the workers that take part in a round (C), at least one of them; above 0, at most 1, default 0.1.</summary>
    [Description("share of the workers drawn for each round, above 0, at most 1; at least one takes part")]
    public double Fraction
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Fraction), value,
            $"The share of the workers in a round is {value}, but it must be above 0 and at most 1. Use fraction=0.1, or 1 for all of them.");
    } = 0.1;

    /// <summary>How many of so many workers take part in a round.</summary>
    public int ClientsOf(int workers) => Math.Max(1, (int)Math.Round(Fraction * workers));
}
