using System.ComponentModel;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.Lookahead;

/// <summary>The options of <c>lookahead</c>.</summary>
internal sealed record LookaheadOptions() : PeriodicOptions(period: 5)
{
    /// <summary>How far the slow weights follow the fast ones (α); above 0, at most 1, default 0.5.</summary>
    [Description("share of the way that the slow weights follow the fast ones, above 0, at most 1")]
    public float SlowRate
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(SlowRate), value,
            $"The slow rate is {value}, but it must be above 0 and at most 1. Use slow-rate=0.5.");
    } = 0.5f;
}
