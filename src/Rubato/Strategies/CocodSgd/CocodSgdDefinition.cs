using Rubato.Configuration;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.CocodSgd;

/// <summary><c>cocod-sgd</c>: see <see cref="CocodSgdStrategy"/>.</summary>
/// <param name="Options">τ.</param>
internal sealed record CocodSgdDefinition(CocodSgdOptions Options) : PeriodicDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<CocodSgdOptions>(
        "cocod-sgd", "local steps while the average is on its way; it is taken in one period late, own progress added",
        options => new CocodSgdDefinition(options));

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new CocodSgdStrategy(Options);
}
