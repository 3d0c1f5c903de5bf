using Rubato.Configuration;
using Rubato.Strategies.MinibatchSgd;

namespace Rubato.Strategies.AcceleratedMinibatchSgd;

/// <summary><c>accelerated-minibatch-sgd</c>: see <see cref="AcceleratedMinibatchSgdStrategy"/>.</summary>
/// <param name="Options">K.</param>
internal sealed record AcceleratedMinibatchSgdDefinition(AcceleratedMinibatchSgdOptions Options) : MinibatchDefinition(Options.Batches)
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<AcceleratedMinibatchSgdOptions>(
        "accelerated-minibatch-sgd", "minibatch SGD with Nesterov's acceleration (AC-SA)", options => new AcceleratedMinibatchSgdDefinition(options));

    /// <inheritdoc/>
    /// <remarks>Update t is t times as long, so that what an optimizer adds of its own grows without bound.</remarks>
    public override bool NeedsPlainSgd => true;

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new AcceleratedMinibatchSgdStrategy(Options);
}
