using Rubato.Configuration;

namespace Rubato.Strategies.LocalSgd;

/// <summary><c>local-sgd</c>: see <see cref="LocalSgdStrategy"/>.</summary>
/// <param name="Options">τ.</param>
internal sealed record LocalSgdDefinition(LocalSgdOptions Options) : PeriodicDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<LocalSgdOptions>(
        "local-sgd", "workers step alone and average their parameters every few steps", options => new LocalSgdDefinition(options));

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new LocalSgdStrategy(Options);
}
