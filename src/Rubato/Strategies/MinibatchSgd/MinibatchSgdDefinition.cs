using Rubato.Configuration;

namespace Rubato.Strategies.MinibatchSgd;

/// <summary><c>minibatch-sgd</c>: see <see cref="MinibatchSgdStrategy"/>.</summary>
/// <param name="Options">K and the scale of the rate.</param>
internal sealed record MinibatchSgdDefinition(MinibatchSgdOptions Options) : MinibatchDefinition(Options.Batches)
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<MinibatchSgdOptions>(
        "minibatch-sgd", "every worker computes several gradients at one point, then all take one step", options => new MinibatchSgdDefinition(options));

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new MinibatchSgdStrategy(Options);
}
