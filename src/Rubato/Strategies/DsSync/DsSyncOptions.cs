using System.ComponentModel;

namespace Rubato.Strategies.DsSync;

/// <summary>The options of <c>ds-sync</c>.</summary>
internal sealed record DsSyncOptions
{
    /// <summary>The most members of a group (q), or the workers of a rack; at least 2, null (the default) for about the root of their number.</summary>
    [Description("most workers of a group, at least 2; of a rack with deal=racks; chosen near the root of their number if left out")]
    public int? GroupSize
    {
        get;
        init => field = value is null or >= 2 ? value : throw new ArgumentOutOfRangeException(nameof(GroupSize), value,
            $"The group size is {value}, but the smallest is 2: in a group of one nothing is averaged. Use group-size=2, or leave it out.");
    }

    /// <summary>How workers are dealt out to groups from step to step; default grid.</summary>
    [Description("how groups change from step to step: rows and columns of a grid, at random, racks and their representatives, or (to compare with) fixed")]
    public GroupDeal Deal
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Deal), value,
            $"The deal is {value}. Use grid, random, racks or fixed.");
    }
}
