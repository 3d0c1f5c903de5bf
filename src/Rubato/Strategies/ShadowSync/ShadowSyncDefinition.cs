using Rubato.Configuration;
using Rubato.Strategies.Bmuf;
using Rubato.Strategies.Easgd;

namespace Rubato.Strategies.ShadowSync;

/// <summary><c>shadowsync</c>: see <see cref="ShadowSyncStrategy"/>.</summary>
/// <param name="Options">Core, threads, α, when to synchronize.</param>
internal sealed record ShadowSyncDefinition(ShadowSyncOptions Options) : StrategyDefinition
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<ShadowSyncOptions>(
        "shadowsync", "threads train a replica without locks while a shadow synchronizes it in the background and never stops them",
        options => new ShadowSyncDefinition(options));

    /// <inheritdoc/>
    public override int ThreadsPerWorker => Options.Threads;

    /// <inheritdoc/>
    public override ModelHome ModelHome => Options.Model switch
    {
        ShadowModel.First => ModelHome.Workers,
        ShadowModel.Centre => ModelHome.Servers,
        _ => ModelHome.Replicas,
    };

    /// <inheritdoc/>
    public override bool WorkersHaveState => true;

    /// <inheritdoc/>
    public override bool SurvivesLostWorkers => !IsCollective;

    /// <inheritdoc/>
    public override bool KeepsTableOnServers => Options.Tables == ShadowTables.Servers;

    /// <inheritdoc/>
    /// <remarks>First those of the centre, then those of the table.</remarks>
    public override int ServersFor(int workers) => CentreServers + TableServers;

    /// <inheritdoc/>
    public override BatchAssignment AssignmentFor(int workers) => BatchAssignment.OnDemand;

    /// <inheritdoc/>
    public override void Validate(int workers)
    {
        ShadowSyncOptions o = Options;
        bool synchronizes = o.Core != ShadowCore.None, isCentral = o.Core == ShadowCore.Easgd, isFiltered = o.Core == ShadowCore.Bmuf;
        Require(o.Alpha is null || synchronizes, "alpha", "is for replicas that are synchronized");
        Require(o.FixedRate is null || synchronizes, "fixed-rate", "is for replicas that are synchronized");
        Require(o.Interval is null || (synchronizes && o.FixedRate is null), "interval", "is for synchronization in the background");
        Require(o.Blend is null || IsCollective, "blend", "is for core=ma and core=bmuf");
        Require(o.BlockMomentum is null || isFiltered, "block-momentum", "is for core=bmuf");
        Require(o.BlockRate is null || isFiltered, "block-rate", "is for core=bmuf");
        Require(o.Servers is null || isCentral, "servers", "is for core=easgd");
        Require(o.Symmetric is null || isCentral, "symmetric", "is for core=easgd");
        Require(o.Model != ShadowModel.Centre || isCentral, "model=centre", "is for core=easgd");
        Require(o.TableServers is null || KeepsTableOnServers, "table-servers", "is for tables=servers");
        Require(o.TableRate is null || KeepsTableOnServers, "table-rate", "is for tables=servers");
    }

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers)
    {
        TimeSpan interval = Options.Interval is { } text ? Quantity.ParseTime("interval", text) : DefaultInterval;
        TableClient? table = KeepsTableOnServers ? new TableClient(workers + CentreServers, TableServers, Options.TableRate) : null;
        return new ShadowSyncStrategy(Options.Threads, Options.FixedRate, interval, table, Options.Core switch
        {
            ShadowCore.Easgd => new ElasticSynchronizer(new CentreClient(workers, CentreServers, Exchange)),
            ShadowCore.Ma => new AveragingSynchronizer(Alpha, Options.Blend ?? ShadowBlend.Live, null),
            ShadowCore.Bmuf => new AveragingSynchronizer(
                Alpha, Options.Blend ?? ShadowBlend.Live, new BlockFilter(Options.BlockRate ?? 1, Options.BlockMomentum ?? 0, isNesterov: false)),
            _ => null,
        });
    }

    /// <inheritdoc/>
    public override IServerProgram CreateServer(int index, int workers) => index < CentreServers
        ? new ElasticCentreProgram(
            [.. Enumerable.Range(0, workers)], CentreServers, Exchange, isDense: KeepsTableOnServers, isModel: !KeepsTableOnServers || Options.Model == ShadowModel.Centre)
        : new TableServerProgram(index - CentreServers, TableServers);

    private int CentreServers => Options.Core == ShadowCore.Easgd ? Options.Servers ?? 1 : 0;

    private int TableServers => KeepsTableOnServers ? Options.TableServers ?? 1 : 0;

    private bool IsCollective => Options.Core is ShadowCore.Ma or ShadowCore.Bmuf;

    private ElasticExchange Exchange => new(Alpha, Options.Symmetric ?? true);

    private float Alpha => Options.Alpha ?? 0.5f;

    private void Require(bool isMet, string option, string reason)
    {
        if (isMet) return;
        string rate = option == "interval" && Options.FixedRate is { } k ? $" and fixed-rate={k}" : "";
        string chosen = option.StartsWith("table", StringComparison.Ordinal) ? "tables=replicas" : $"core={Options.Core.ToString().ToLowerInvariant()}{rate}";
        throw new InvalidRequestException($"shadowsync asks for {option} with {chosen}, but {option} {reason}. Leave it out.");
    }
}
