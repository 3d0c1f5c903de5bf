using System.ComponentModel;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.Diloco;

/// <summary>The options of <c>diloco</c>.</summary>
internal sealed record DilocoOptions() : PeriodicOptions(period: 500)
{
    /// <summary>The rate of the outer step (η_o); above 0, default 0.7.</summary>
    [Description("rate of the outer step, above 0")]
    public float OuterRate
    {
        get;
        init => field = value > 0 && float.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(OuterRate), value,
            $"The outer rate is {value}, but it must be above 0. Use outer-rate=0.7.");
    } = 0.7f;

    /// <summary>The momentum of the outer steps (μ), Nesterov's, from 0 to below 1; default 0.9.</summary>
    [Description("Nesterov momentum of the outer steps, from 0 (none) to below 1")]
    public float OuterMomentum
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(OuterMomentum), value,
            $"The outer momentum is {value}, but it must be from 0 to below 1. Use outer-momentum=0.9, or 0 for none.");
    } = 0.9f;
}
