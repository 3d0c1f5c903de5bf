using Rubato.Configuration;
using Rubato.Strategies.LocalSgd;
using Rubato.Topologies;

namespace Rubato.Strategies.DsSync;

/// <summary><c>ds-sync</c>: see <see cref="DsSyncStrategy"/>.</summary>
/// <param name="Options">Group size and deal.</param>
internal sealed record DsSyncDefinition(DsSyncOptions Options) : PeriodicDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<DsSyncOptions>(
        "ds-sync", "workers average their parameters in small groups, which are dealt anew every step", options => new DsSyncDefinition(options));

    /// <inheritdoc/>
    public override void Validate(int workers)
    {
        if (Options.GroupSize > workers)
        {
            bool isByRack = Options.Deal == GroupDeal.Racks;
            throw new InvalidRequestException($"Groups of {Options.GroupSize} are asked for, but there " + (workers == 1
                ? $"is 1 worker. {(isByRack ? "Leave group-size and deal" : "Leave group-size")} out, or raise --workers."
                : $"are {workers} workers. Use group-size={workers} for one group{(isByRack ? "" : ", or leave it out")}."));
        }
        if (Options is { Deal: GroupDeal.Racks, GroupSize: null })
            throw new InvalidRequestException("The deal is by racks, but the size of a rack is not given. Add group-size=4 where four neighbouring workers share a rack.");
    }

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new DsSyncStrategy(seed => ScheduleFor(workers, seed));

    /// <summary>The groups of each step.</summary>
    internal GroupSchedule ScheduleFor(int workers, ulong seed)
    {
        GridSchedule grid = Options.GroupSize is { } longest ? GridSchedule.OfLines(workers, longest) : GridSchedule.NearSquare(workers);
        return Options.Deal switch
        {
            GroupDeal.Grid => grid,
            GroupDeal.Random => new RandomSchedule(workers, Options.GroupSize ?? grid.Axes[0], seed),
            GroupDeal.Racks => new RackSchedule(workers, Options.GroupSize ?? workers),
            GroupDeal.Fixed => new FixedSchedule(grid),
            _ => throw new InvalidOperationException($"There is no deal {Options.Deal}."),
        };
    }
}
