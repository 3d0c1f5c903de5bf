using Rubato.Configuration;

namespace Rubato.Strategies.FedAvg;

/// <summary><c>fedavg</c>: see <see cref="FedAvgStrategy"/>.</summary>
/// <param name="Options">C and the local steps.</param>
internal sealed record FedAvgDefinition(FedAvgOptions Options) : StrategyDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<FedAvgOptions>(
        "fedavg", "a few workers drawn for each round train on their own data; the model is their mean by number of samples", options => new FedAvgDefinition(options));

    /// <inheritdoc/>
    public override BatchAssignment AssignmentFor(int workers) => BatchAssignment.ByStepAndRank;

    /// <inheritdoc/>
    public override int BatchesPerStep(int workers) => Options.ClientsOf(workers);

    /// <inheritdoc/>
    public override int StepsPerUpdate => Options.Period;

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new FedAvgStrategy(Options, Options.ClientsOf(workers));
}
