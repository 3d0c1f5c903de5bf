using Rubato.Configuration;
using Rubato.Strategies.LocalSgd;
using Rubato.Topologies;

namespace Rubato.Strategies.Gossip;

/// <summary><c>gossip</c>: see <see cref="GossipStrategy"/>.</summary>
/// <param name="Options">The topology.</param>
internal sealed record GossipDefinition(GossipOptions Options) : PeriodicDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<GossipOptions>(
        "gossip", "workers mix their parameters with their neighbours' every step (D-PSGD)", options => new GossipDefinition(options));

    /// <inheritdoc/>
    public override void Validate(int workers) => _ = MatrixFor(workers);

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new GossipStrategy(MatrixFor(workers));

    private MixingMatrix MatrixFor(int workers) => MixingMatrix.Metropolis(Options.TopologyFor(workers));
}
