using Rubato.Configuration;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.ModelAveraging;

/// <summary><c>model-averaging</c>: see <see cref="ModelAveragingStrategy"/>.</summary>
/// <param name="Options">τ, α.</param>
internal sealed record ModelAveragingDefinition(ModelAveragingOptions Options) : PeriodicDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<ModelAveragingOptions>(
        "model-averaging", "workers step alone and go a part of the way to their mean every few steps", options => new ModelAveragingDefinition(options));

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new ModelAveragingStrategy(Options);
}
