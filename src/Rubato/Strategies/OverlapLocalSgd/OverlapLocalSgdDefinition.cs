using Rubato.Configuration;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.OverlapLocalSgd;

/// <summary><c>overlap-local-sgd</c>: see <see cref="OverlapLocalSgdStrategy"/>.</summary>
/// <param name="Options">τ, α, β.</param>
internal sealed record OverlapLocalSgdDefinition(OverlapLocalSgdOptions Options) : PeriodicDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<OverlapLocalSgdOptions>(
        "overlap-local-sgd", "local steps while the average is on its way; replicas are pulled towards the last one that came",
        options => new OverlapLocalSgdDefinition(options));

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new OverlapLocalSgdStrategy(Options);
}
