using System.ComponentModel;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.Bmuf;

/// <summary>The options of <c>bmuf</c>.</summary>
internal sealed record BmufOptions() : PeriodicOptions(period: 12)
{
    /// <summary>The share of a block's displacement that is taken (ζ); above 0, default 1.</summary>
    [Description("share of a block's displacement that is taken, above 0")]
    public float BlockRate
    {
        get;
        init => field = value > 0 && float.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(BlockRate), value,
            $"The block rate is {value}, but it must be above 0. Use block-rate=1.");
    } = 1;

    /// <summary>The momentum of the blocks (η), from 0 to below 1; default none given, which is 1 − 1/P.</summary>
    [Description("momentum of the blocks, from 0 to below 1; empty for 1 - 1/workers")]
    public float? BlockMomentum
    {
        get;
        init => field = value is null or (>= 0 and < 1) ? value : throw new ArgumentOutOfRangeException(nameof(BlockMomentum), value,
            $"The block momentum is {value}, but it must be from 0 to below 1. Leave it out for 1 - 1/workers.");
    }

    /// <summary>Whether the next block begins where its momentum will carry it (Nesterov block momentum); default no.</summary>
    [Description("whether the next block begins where the momentum will carry it")]
    public bool Nesterov { get; init; }
}
