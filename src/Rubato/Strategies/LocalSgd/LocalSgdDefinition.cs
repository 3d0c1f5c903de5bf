using Rubato.Configuration;

namespace Rubato.Strategies.LocalSgd;

/// <summary><c>local-sgd</c>: see <see cref="LocalSgdStrategy"/>.</summary>
/// <param name="Options">τ, when it begins to count and how it grows, and the local steps' share of the rate.</param>
internal sealed record LocalSgdDefinition(LocalSgdOptions Options) : PeriodicDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<LocalSgdOptions>(
        "local-sgd", "workers step alone and average their parameters every few steps", options => new LocalSgdDefinition(options));

    /// <inheritdoc/>
    public override bool NeedsSampleBudget => Options.PostLocal is not null;

    /// <inheritdoc/>
    /// <remarks>They are added up as steps are, each computed at a replica that has gone another share of the way.</remarks>
    public override bool NeedsNoStatistics => Options.InnerRate != 1;

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new LocalSgdStrategy(Options);
}
