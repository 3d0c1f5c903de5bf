using System.ComponentModel;

namespace Rubato.Data;

/// <summary>The options of the generated data set <c>t1</c>.</summary>
internal sealed record TestbedOptions
{
    /// <summary>The standard deviation around the centres; above 0, default 1.</summary>
    [Description("standard deviation of the samples around their centres")]
    public double Noise
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(Noise), value,
            $"The noise is {value}, but it must be above 0. Use noise=1.2, for example.");
    } = 1;

    /// <summary>The seed of the data; default 1.</summary>
    [Description("the seed of the data")]
    public int Seed { get; init; } = 1;
}
