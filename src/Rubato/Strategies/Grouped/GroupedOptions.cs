using System.ComponentModel;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.Grouped;

/// <summary>The options of <c>grouped</c>.</summary>
internal sealed record GroupedOptions : ServerOptions
{
    /// <summary>Groups (G): 1 is synchronous, as many as workers is asynchronous; default 4.</summary>
    [Description("groups, from 1 (synchronous) to the number of workers (asynchronous)")]
    public int Groups
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Groups), value,
            $"The strategy asks for {value} groups, but the smallest is 1 (fully synchronous). Use groups=4, for example.");
    } = 4;

    /// <summary>Who shares a group; default contiguous.</summary>
    [Description("contiguous ranks, ranks dealt round-robin, or workers of like speed together")]
    public GroupMembership Membership
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Membership), value,
            $"The membership is {value}. Use contiguous, round-robin or speed-sorted.");
    }

    /// <summary>The largest staleness at which the centre takes a group's update (tauCap); 0 or more, default none.</summary>
    [Description("the largest staleness of an applied update, 0 or more; empty for no cap")]
    public int? StalenessCap
    {
        get;
        init => field = value is null or >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(StalenessCap), value,
            $"The staleness cap is {value} updates, but the smallest is 0. Leave it out for no cap.");
    }
}
