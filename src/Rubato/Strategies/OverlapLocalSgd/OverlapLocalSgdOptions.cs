using System.ComponentModel;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.OverlapLocalSgd;

/// <summary>The options of <c>overlap-local-sgd</c>.</summary>
internal sealed record OverlapLocalSgdOptions() : PeriodicOptions(period: 2)
{
    /// <summary>The share of its way to the anchor by which a replica is pulled back (α); between 0 and 1, default 0.6.</summary>
    /// <remarks>At 0 the replicas would never meet, at 1 they would forget every step: the effective rate is (1 − α)γ/(1 − β).</remarks>
    [Description("share of the way to the anchor by which replicas are pulled back, between 0 and 1")]
    public float PullBack
    {
        get;
        init => field = value is > 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(PullBack), value,
            $"The pull-back is {value}, but it must be between 0 (independent workers) and 1 (no progress). Use pull-back=0.6.");
    } = 0.6f;

    /// <summary>The momentum of the anchor (β), from 0, which is the paper's vanilla form, to below 1; default 0.7.</summary>
    [Description("momentum of the anchor, from 0 (none) to below 1")]
    public float AnchorMomentum
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(AnchorMomentum), value,
            $"The anchor's momentum is {value}, but it must be from 0 to below 1. Use anchor-momentum=0.7, or 0 for none.");
    } = 0.7f;
}
