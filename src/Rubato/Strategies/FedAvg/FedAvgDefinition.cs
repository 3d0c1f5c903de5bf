using Rubato.Configuration;

namespace Rubato.Strategies.FedAvg;

/// <summary><c>fedavg</c>: see <see cref="FedAvgStrategy"/>.</summary>
/// <param name="Options">C, and local steps or epochs.</param>
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
    public override long StepsPerUpdate(int ownSamples, int batchSize) => Options.StepsOf(ownSamples, batchSize);

    /// <inheritdoc/>
    public override bool NeedsOwnSamples => Options.Epochs is not null;

    /// <inheritdoc/>
    public override void Validate(int workers)
    {
        if (Options is not { Period: { } period, Epochs: { } epochs }) return;
        throw new InvalidRequestException(
            $"fedavg asks for period={period} and epochs={epochs}, but a round is as long as the one or the other says. Leave one of the two out.");
    }

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new FedAvgStrategy(Options, Options.ClientsOf(workers));
}
