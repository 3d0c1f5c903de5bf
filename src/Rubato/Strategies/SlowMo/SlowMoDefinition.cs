using Rubato.Configuration;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.SlowMo;

/// <summary><c>slowmo</c>: see <see cref="SlowMoStrategy"/>.</summary>
/// <param name="Options">τ, α, β and the treatment of buffers.</param>
internal sealed record SlowMoDefinition(SlowMoOptions Options) : PeriodicDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<SlowMoOptions>(
        "slowmo", "local steps whose averages are each followed by a slow momentum step", options => new SlowMoDefinition(options));

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new SlowMoStrategy(Options);
}
