using System.ComponentModel;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.Easgd;

/// <summary>The options of <c>easgd</c>.</summary>
internal sealed record EasgdOptions() : PeriodicOptions(period: 10)
{
    /// <summary>The share of its way to the mean of the replicas that the centre goes (β = P·α); above 0 and at most 1, default 0.9.</summary>
    /// <remarks>Each replica goes the share α = β/P of its way to the centre, so that what one side gains the other one loses.</remarks>
    [Description("share of its way to the mean of the replicas that the centre goes, above 0, at most 1")]
    public float Elasticity
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Elasticity), value,
            $"The elasticity is {value}, but it must be above 0 (independent workers) and at most 1 (the centre becomes the mean). Use elasticity=0.9.");
    } = 0.9f;
}
