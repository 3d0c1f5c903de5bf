using Rubato.Configuration;

namespace Rubato.Optimizers;

/// <summary>The optimizers that can be chosen by name.</summary>
public static class OptimizerCatalog
{
    /// <summary>All optimizers.</summary>
    public static Catalog<OptimizerDefinition> All { get; } = new(
        "optimizer",
        CatalogEntry<OptimizerDefinition>.Of<Sgd>("sgd", "Stochastic gradient descent, with momentum if wanted", Fitting),
        CatalogEntry<OptimizerDefinition>.Of<Adam>("adam", "Adam with decoupled weight decay", options => options),
        CatalogEntry<OptimizerDefinition>.Of<Adagrad>("adagrad", "Steps divided by the root of all squared gradients", options => options),
        CatalogEntry<OptimizerDefinition>.Of<RmsProp>("rmsprop", "Steps divided by the root of recent squared gradients", options => options));

    private static Sgd Fitting(Sgd options) => !options.Nesterov || options.Momentum > 0 ? options : throw new InvalidRequestException(
        "The optimizer 'sgd' has nesterov=true but momentum=0, and without momentum Nesterov's form is plain descent. Add momentum=0.9, for example.");
}
