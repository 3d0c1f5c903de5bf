using Rubato.Configuration;
using Rubato.Topologies;

namespace Rubato.Strategies.AdPsgd;

/// <summary><c>ad-psgd</c>: see <see cref="AdPsgdStrategy"/>.</summary>
/// <param name="Options">The topology.</param>
internal sealed record AdPsgdDefinition(AdPsgdOptions Options) : StrategyDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<AdPsgdOptions>(
        "ad-psgd", "workers average their parameters with a random neighbour's while they compute, and nobody waits", options => new AdPsgdDefinition(options));

    /// <inheritdoc/>
    public override ModelHome ModelHome => ModelHome.Replicas;

    /// <inheritdoc/>
    public override BatchAssignment AssignmentFor(int workers) => BatchAssignment.OnDemand;

    /// <inheritdoc/>
    public override void Validate(int workers) => _ = Options.TopologyFor(workers);

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new AdPsgdStrategy(new Bipartition(Options.TopologyFor(workers)));
}
