using System.ComponentModel;

namespace Rubato.Strategies.FedAvg;

/// <summary>The options of <c>fedavg</c>.</summary>
internal sealed record FedAvgOptions
{
    private const int DefaultPeriod = 60, MostEpochs = 10_000;

    /// <summary>Local steps of a round (τ), the same for every client; at least 1, null (the default) for 60 or what the epochs are.</summary>
    [Description("local steps of a round, the same for every client, at least 1; 60 if neither they nor epochs are given")]
    public int? Period
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Period), value,
            $"The period is {value} steps, but the smallest is 1. Use period=1 to average after every step.");
    }

    /// <summary>Passes of a client over its own samples in a round (E), in place of a period; 1 to 10,000, default none given.</summary>
    [Description("passes of each client over its own samples in a round, in place of a period, 1 to 10000")]
    public int? Epochs
    {
        get;
        init => field = value is null or (>= 1 and <= MostEpochs) ? value : throw new ArgumentOutOfRangeException(nameof(Epochs), value,
            $"A round has {value} local epochs, but 1 to {MostEpochs} are possible. Use epochs=1, or period=60 to count in steps.");
    }

    /// <summary>The share of the workers that take part in a round (C), at least one of them; above 0, at most 1, default 0.1.</summary>
    [Description("share of the workers drawn for each round, above 0, at most 1; at least one takes part")]
    public double Fraction
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Fraction), value,
            $"The share of the workers in a round is {value}, but it must be above 0 and at most 1. Use fraction=0.1, or 1 for all of them.");
    } = 0.1;

    /// <summary>The local steps in a round of a client with so many samples: ⌈E n_k / B⌉ or the period.</summary>
    public long StepsOf(int ownSamples, int batchSize) =>
        Epochs is { } epochs ? ((long)epochs * ownSamples + batchSize - 1) / batchSize : Period ?? DefaultPeriod;

    /// <summary>How many of so many workers take part in a round.</summary>
    public int ClientsOf(int workers) => Math.Max(1, (int)Math.Round(Fraction * workers));
}
