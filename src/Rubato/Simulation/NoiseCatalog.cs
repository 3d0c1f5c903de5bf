using Rubato.Configuration;

namespace Rubato.Simulation;

/// <summary>The ways in which step times vary that can be chosen by name.</summary>
public static class NoiseCatalog
{
    /// <summary>All of them.</summary>
    public static Catalog<StepTimeNoise> All { get; } = new(
        "distribution of step times",
        CatalogEntry<StepTimeNoise>.Of<ConstantNoise>("constant", "every step takes its base time", noise => noise),
        CatalogEntry<StepTimeNoise>.Of<NormalNoise>("normal", "ordinary jitter", noise => noise),
        CatalogEntry<StepTimeNoise>.Of<LogNormalNoise>("log-normal", "jitter with a longer tail on the slow side", noise => noise),
        CatalogEntry<StepTimeNoise>.Of<ExponentialNoise>("exponential", "a floor and an exponential excess", noise => noise),
        CatalogEntry<StepTimeNoise>.Of<ParetoNoise>("pareto", "rare steps that are very slow", noise => noise),
        CatalogEntry<StepTimeNoise>.Of<MarkovNoise>("markov", "slow periods that come and go", noise => noise),
        CatalogEntry<StepTimeNoise>.Of<RecordedNoise>("trace", "factors as they were recorded", noise => noise));
}
