namespace Rubato.Strategies.MinibatchSgd;

/// <summary>What strategies need of a job whose workers take several gradients at one point for each update.</summary>
/// <param name="Batches">K.</param>
internal abstract record MinibatchDefinition(int Batches) : StrategyDefinition
{
    /// <inheritdoc/>
    public sealed override BatchAssignment AssignmentFor(int workers) => BatchAssignment.ByStepAndRank;

    /// <inheritdoc/>
    public sealed override long StepsPerUpdate(int ownSamples, int batchSize) => Batches;
}
