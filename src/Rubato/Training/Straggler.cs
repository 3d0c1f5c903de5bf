using System.Globalization;
using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>One cause of slowness: a worker that is always slow, or any worker's step being slow with some probability.</summary>
public abstract record Straggler
{
    private Straggler()
    {
    }

    /// <summary>How many times longer a slow step takes; at least 1.</summary>
    public double Factor
    {
        get;
        init => field = value >= 1 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(Factor), value,
            $"The straggler factor is {value}, but the smallest is 1 (not slowed). Use 4 for four times slower.");
    } = 1;

    /// <summary>Reads <c>RANK:FACTOR</c>, where <c>@FROM</c> or <c>@FROM-UNTIL</c> may follow, or <c>random:probability=p,factor=f</c>, with <c>excess=m</c> in place of the factor or beside it.</summary>
    /// <exception cref="InvalidRequestException">The text is neither, or a number is out of range.</exception>
    public static Straggler Parse(string text)
    {
        try
        {
            return text.StartsWith("random", StringComparison.Ordinal) ? ParseRandom(Specification.Parse(text)) : ParseFixed(text);
        }
        catch (ArgumentOutOfRangeException refusal)
        {
            throw JobKey.Refusal(refusal, $"'{text}'");
        }
    }

    /// <summary>The straggler as <see cref="Parse"/> reads it.</summary>
    public sealed override string ToString() => this switch
    {
        Fixed slow => string.Create(CultureInfo.InvariantCulture, $"{slow.Rank}:{Factor:R}{slow.Period}"),
        Random { Excess: 0 } slow => string.Create(CultureInfo.InvariantCulture, $"random:probability={slow.Probability:R},factor={Factor:R}"),
        Random slow => string.Create(CultureInfo.InvariantCulture, $"random:probability={slow.Probability:R},factor={Factor:R},excess={slow.Excess:R}"),
        _ => throw new InvalidOperationException("There are two kinds of stragglers only."),
    };

    private static Fixed ParseFixed(string text)
    {
        string[] period = text.Split('@');
        string[] parts = period[0].Split(':');
        if (period.Length > 2 || parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int rank) || Number(parts[1]) is not { } factor)
            throw new InvalidRequestException(
                $"The straggler '{text}' is neither RANK:FACTOR nor random:probability=p,factor=f. Write 3:4 for rank 3 four times slower, for example.");
        if (period.Length == 1) return new Fixed(rank) { Factor = factor };
        string[] times = period[1].Split('-');
        TimeSpan from = Quantity.ParseTime("beginning of slowness", times[0]);
        TimeSpan? until = times.Length == 1 ? null : Quantity.ParseTime("end of slowness", times[^1]);
        if (times.Length > 2 || until <= from)
            throw new InvalidRequestException($"The straggler '{text}' is slow from '{period[1]}', which is no time or period. Write 3:4@2s or 3:4@2s-5s, for example.");
        return new Fixed(rank) { Factor = factor, From = from, Until = until };
    }

    private static Random ParseRandom(Specification specification)
    {
        if (specification.Name != "random")
            throw new InvalidRequestException($"There is no straggler '{specification.Name}'. Write random:probability=0.1,factor=5, for example.");
        var random = new Random();
        foreach ((string key, string text) in specification.Options)
        {
            double number = Number(text) ?? throw new InvalidRequestException(
                $"The {key} of the straggler '{specification}' is '{text}', which is no number. Write {key}=0.5, for example.");
            random = key switch
            {
                "probability" => random with { Probability = number },
                "factor" => random with { Factor = number },
                "excess" => random with { Excess = number },
                _ => throw new InvalidRequestException($"A random straggler has no '{key}'.{NearestName.Suggest(key, ["probability", "factor", "excess"])}"),
            };
        }
        bool saysHowSlow = specification.Options.ContainsKey("factor") || specification.Options.ContainsKey("excess");
        if (!specification.Options.ContainsKey("probability") || !saysHowSlow)
            throw new InvalidRequestException(
                $"The straggler '{specification}' needs both numbers. Write random:probability=0.1,factor=5, for example.");
        return random;
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;

    /// <summary>One worker whose every step takes longer, always or for a while: <c>RANK:FACTOR[@FROM[-UNTIL]]</c>.</summary>
    public sealed record Fixed(int Rank) : Straggler
    {
        /// <summary>The time since the worker's start at which it becomes slow.</summary>
        public TimeSpan From { get; init; }

        /// <summary>The time since the worker's start at which it stops being slow; null for never.</summary>
        public TimeSpan? Until { get; init; }

        internal string Period => this switch
        {
            { Until: { } end } => $"@{Quantity.Write(From)}-{Quantity.Write(end)}",
            { From.Ticks: > 0 } => $"@{Quantity.Write(From)}",
            _ => "",
        };

        /// <summary>Whether a step that begins at a time is slow.</summary>
        internal bool IsSlowAt(TimeSpan now) => now >= From && !(now >= Until);
    }

    /// <summary>Every worker's every step takes longer with some probability, drawn from the seed: <c>random:probability=p,factor=f</c>.</summary>
    public sealed record Random : Straggler
    {
        /// <summary>The probability that a step is slow, from 0 to 1.</summary>
        public double Probability
        {
            get;
            init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Probability), value,
                $"The straggler probability is {value}, but it must be from 0 to 1. Use 0.1 for every tenth step.");
        }

        /// <summary>The mean of an exponentially distributed part of a slow step's factor, on top of <see cref="Straggler.Factor"/>; 0 or more.</summary>
        public double Excess
        {
            get;
            init => field = value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(Excess), value,
                $"The straggler's excess is {value}, but it must not be negative. Use 1.5 for a mean factor of 2.5, for example.");
        }

        /// <summary>The factor of one slow step.</summary>
        internal double Draw(Numerics.RandomStream random) => Excess == 0 ? Factor : Factor - Excess * Math.Log(1 - random.NextDouble());
    }
}
