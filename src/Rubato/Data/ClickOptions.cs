using System.ComponentModel;

namespace Rubato.Data;

/// <summary>The options of the generated data set <c>clicks</c>.</summary>
internal sealed record ClickOptions
{
    private const int FewestSamples = 1000, MostSamples = 10_000_000;

    /// <summary>Samples to train on; 1,000 to 10,000,000, default 200,000.</summary>
    [Description("samples to train on, 1000 to 10000000")]
    public int Samples
    {
        get;
        init => field = value is >= FewestSamples and <= MostSamples ? value : throw new ArgumentOutOfRangeException(nameof(Samples), value,
            $"The click stream has {value} samples, but {FewestSamples} to {MostSamples} are possible. Use samples=200000.");
    } = 200_000;

    /// <summary>The seed of the data and of the teacher; default 1.</summary>
    [Description("the seed of the data and of the teacher")]
    public int Seed { get; init; } = 1;
}
