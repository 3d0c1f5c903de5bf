using System.ComponentModel;
using System.Globalization;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.Grouped;

/// <summary>The options of <c>grouped</c>.</summary>
internal sealed record GroupedOptions : ServerOptions
{
    /// <summary>What stands for a number of groups that is chosen, and changed, by what is measured.</summary>
    public const string Auto = "auto";

    /// <summary>Groups (G): 1 is synchronous, as many as workers is asynchronous, <c>auto</c> is adaptive; default 4.</summary>
    [Description("groups, from 1 (synchronous) to the number of workers (asynchronous), or auto")]
    public string Groups
    {
        get;
        init => field = value == Auto || (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int groups) && groups >= 1) ? value
            : throw new ArgumentOutOfRangeException(nameof(Groups), value,
                $"The strategy asks for {value} groups, but the smallest is 1 (fully synchronous). Use groups=4, for example, or groups=auto.");
    } = "4";

    /// <summary>The largest mean staleness of the samples applied with <c>groups=auto</c>: it forms at most one group more; 0 or more, default 7.</summary>
    [Description("the largest mean staleness that groups=auto may cause")]
    public int StalenessLimit
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(StalenessLimit), value,
            $"The staleness limit is {value} updates, but the smallest is 0. Use staleness-limit=7, for example.");
    } = 7;

    /// <summary>What <c>groups=auto</c> takes one version of staleness to cost of a gradient's worth (κ); 0 or more, default 0.01.</summary>
    [Description("what groups=auto takes one version of staleness to cost of a gradient's worth")]
    public double StalenessCost
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(StalenessCost), value,
            $"The cost of staleness is {value}, but the smallest is 0. Use staleness-cost=0.01, for example.");
    } = 0.01;

    /// <summary>Whether the number of groups is chosen by what is measured.</summary>
    internal bool IsAdaptive => Groups == Auto;

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
