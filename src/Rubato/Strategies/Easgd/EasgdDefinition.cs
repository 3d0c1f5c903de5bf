using Rubato.Configuration;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.Easgd;

/// <summary><c>easgd</c>: see <see cref="EasgdStrategy"/>.</summary>
/// <param name="Options">τ, β.</param>
internal sealed record EasgdDefinition(EasgdOptions Options) : PeriodicDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<EasgdOptions>(
        "easgd", "workers step alone; every few steps replicas and a centre pull at each other", options => new EasgdDefinition(options));

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new EasgdStrategy(Options);
}
