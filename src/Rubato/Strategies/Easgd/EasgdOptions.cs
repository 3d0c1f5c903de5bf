using System.ComponentModel;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.Easgd;

/// <summary>The options of <c>easgd</c>.</summary>
internal sealed record EasgdOptions() : PeriodicOptions(period: 10)
{
    /// <summary>The share of their distance by which a replica and the centre move towards each other (α); above 0, default 0.9/P.</summary>
    [Description("share of their distance by which a replica and the centre approach each other, above 0 to 1; 0.9/workers unless given")]
    public float? Alpha
    {
        get;
        init => field = value is null or (> 0 and <= 1) ? value : throw new ArgumentOutOfRangeException(nameof(Alpha), value,
            $"The elastic weight is {value}, but it must be above 0 and at most 1. Leave it out for 0.9/workers.");
    }

    /// <summary>Where the centre lives; default synchronous.</summary>
    [Description("synchronous: all meet in one all-reduce; asynchronous: each worker exchanges with servers by itself")]
    public EasgdMode Mode { get; init; }

    /// <summary>Servers that share the centre of the asynchronous mode; 1 to 1024, default 1.</summary>
    [Description("servers that share the centre in asynchronous mode, 1 to 1024; 1 unless given")]
    public int? Servers
    {
        get;
        init => field = value is null or (>= 1 and <= 1024) ? value : throw new ArgumentOutOfRangeException(nameof(Servers), value,
            $"The centre is shared by {value} servers, but 1 to 1024 are possible. Use servers=1.");
    }

    /// <summary>Whether replica and centre change by the same in an exchange of the asynchronous mode, so that their sum stays; default true.</summary>
    [Description("asynchronous mode: true for a replica and a centre that change by the same; false for a replica that goes towards the new centre; true unless given")]
    public bool? Symmetric { get; init; }
}
