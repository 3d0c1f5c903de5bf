using System.ComponentModel;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.ModelAveraging;

/// <summary>The options of <c>model-averaging</c>.</summary>
internal sealed record ModelAveragingOptions() : PeriodicOptions(period: 8)
{
    /// <summary>The share of the mean in a replica after a meeting (α); above 0 to 1, which is local SGD; default 0.5.</summary>
    [Description("share of the mean in a replica after a meeting, above 0 to 1, which is local-sgd")]
    public float Alpha
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Alpha), value,
            $"The weight of the mean is {value}, but it must be above 0 and at most 1. Use alpha=0.5, or 1 for local-sgd.");
    } = 0.5f;
}
