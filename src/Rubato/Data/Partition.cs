using System.Globalization;
using Rubato.Configuration;

namespace Rubato.Data;

/// <summary>How the training samples are dealt out to the workers: <c>iid</c>, <c>skew:FRACTION</c>, <c>dirichlet:ALPHA</c>, <c>shards:COUNT</c>, <c>mixture:OWN</c>.</summary>
/// <remarks>Each sample is dealt exactly once, but under <c>mixture</c>, which draws with replacement. <see cref="ToString"/> gives the text that <see cref="Parse"/> reads.</remarks>
public abstract record Partition
{
    private const double SmallestAlpha = 1e-3, LargestAlpha = 1e6;

    private protected Partition()
    {
    }

    /// <summary>The forms a partition can be written in, for <c>rubato list</c>.</summary>
    public static IReadOnlyList<OptionDescription> Forms { get; } =
    [
        new("iid", "", "", "every batch comes from one shared shuffled row, on demand"),
        new("skew:FRACTION", "number", "", "each worker owns its data; a FRACTION from 0 to 1 of it is sorted by label"),
        new("dirichlet:ALPHA", "number", "", "each worker owns its data; its label shares are drawn from Dirichlet(ALPHA)"),
        new("shards:COUNT", "whole number", "", "each worker owns COUNT shards of the label-sorted data"),
        new("mixture:OWN", "number", "", "each draw is with probability OWN from the worker's stretch of the set as it stands, else from all of it"),
    ];

    /// <summary>All workers draw from one shuffled row of all samples.</summary>
    public static Partition Iid { get; } = new IidPartition();

    /// <summary>A share of each worker's samples is dealt sorted by label, the rest at random (Hsieh et al., arXiv:1910.00189).</summary>
    /// <param name="fraction">From 0 (nothing sorted) to 1 (everything sorted).</param>
    public static Partition Skew(double fraction) => fraction is >= 0 and <= 1
        ? new SkewPartition(fraction)
        : throw new InvalidRequestException($"The label skew is {Text(fraction)}, but it must be from 0 to 1. Use skew:0.5 to sort half of the data by label.");

    /// <summary>Each worker's label shares are drawn from a Dirichlet distribution (Hsu et al., arXiv:1909.06335).</summary>
    /// <param name="alpha">From 0.001 (nearly one label a worker) to 1,000,000 (nearly iid).</param>
    public static Partition Dirichlet(double alpha) => alpha is >= SmallestAlpha and <= LargestAlpha
        ? new DirichletPartition(alpha)
        : throw new InvalidRequestException(
            $"The Dirichlet concentration is {Text(alpha)}, but it must be from 0.001 to 1000000. Use dirichlet:0.5; smaller is more uneven.");

    /// <summary>The data is sorted by label and cut into shards, of which each worker gets the same number at random (McMahan et al., arXiv:1602.05629).</summary>
    /// <param name="count">Shards a worker, at least 1.</param>
    public static Partition Shards(int count) => count >= 1
        ? new ShardsPartition(count)
        : throw new InvalidRequestException($"There are {count} shards a worker, but the smallest number is 1. Use shards:2, for example.");

    /// <summary>Each draw is, with a probability, from the worker's own stretch of the set in its given order, else from all of it (Woodworth et al., arXiv:2006.04735).</summary>
    /// <param name="own">From 0 (everybody draws from everything) to 1 (from its own stretch only).</param>
    public static Partition Mixture(double own) => own is >= 0 and <= 1
        ? new MixturePartition(own)
        : throw new InvalidRequestException($"The probability of a draw from one's own stretch is {Text(own)}, but it must be from 0 to 1. Use mixture:0.5, for example.");

    /// <summary>Reads a partition as it is written in flags and job files.</summary>
    /// <exception cref="InvalidRequestException">The name is unknown, or the value is missing or out of range.</exception>
    public static Partition Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = (colon < 0 ? text : text[..colon]).Trim();
        string value = colon < 0 ? "" : text[(colon + 1)..].Trim();
        switch (name)
        {
            case "iid":
                return colon < 0 ? Iid : throw new InvalidRequestException($"The partition '{text}' has a value, but iid takes none. Write iid.");
            case "skew":
                return Skew(Number(text, value, "skew:0.5"));
            case "dirichlet":
                return Dirichlet(Number(text, value, "dirichlet:0.5"));
            case "shards":
                return int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out int count)
                    ? Shards(count)
                    : throw NotANumber(text, value, "a whole number", "shards:2");
            case "mixture":
                return Mixture(Number(text, value, "mixture:0.5"));
            default:
                throw new InvalidRequestException(
                    $"There is no partition '{name}'.{NearestName.Suggest(name, ["iid", "skew", "dirichlet", "shards", "mixture"])}"
                    + " Write iid, skew:FRACTION, dirichlet:ALPHA, shards:COUNT or mixture:OWN.");
        }
    }

    /// <summary>Deals the samples out.</summary>
    /// <param name="train">The training part.</param>
    /// <param name="workers">At least 1.</param>
    /// <param name="seed">The run's seed: the same seed deals the same samples.</param>
    /// <exception cref="InvalidRequestException">There are no samples, too few for so many workers, or no labels to sort by.</exception>
    public SampleDeal Deal(SampleSet train, int workers, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        if (train.Count == 0)
            throw new InvalidRequestException("The training part has 0 samples, but a run needs at least 1. Choose another data set.");
        return DealSamples(train, workers, seed);
    }

    internal abstract SampleDeal DealSamples(SampleSet train, int workers, ulong seed);

    private protected static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    // Every worker gets a pool of its own, which must not be empty.
    private protected void RequireSamples(SampleSet train, int pools, string what)
    {
        if (train.Count < pools)
        {
            throw new InvalidRequestException(
                $"The partition '{this}' needs at least one sample for each of {pools} {what}, but the training part has {train.Count}. Use fewer workers or iid.");
        }
    }

    private protected void RequireLabels(SampleSet train)
    {
        if (train.Classes < 2)
        {
            throw new InvalidRequestException(
                $"The partition '{this}' deals samples by label, but this data set has {(train.Classes == 0 ? "targets instead of labels" : "one label only")}. Use iid.");
        }
    }

    private static double Number(string text, string value, string example) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw NotANumber(text, value, "a number", example);

    private static InvalidRequestException NotANumber(string text, string value, string kind, string example) => new(value.Length == 0
        ? $"The partition '{text}' lacks its value. Write {example}, for example."
        : $"The value '{value}' of the partition '{text}' is not {kind}. Write {example}, for example.");
}
