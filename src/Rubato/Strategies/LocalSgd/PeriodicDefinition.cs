namespace Rubato.Strategies.LocalSgd;

/// <summary>What strategies need of a job whose workers step alone and meet now and then.</summary>
internal abstract record PeriodicDefinition : StrategyDefinition
{
    /// <inheritdoc/>
    public override ModelHome ModelHome => ModelHome.Replicas;

    /// <inheritdoc/>
    /// <remarks>Everybody takes every step, or the others would wait at the next meeting for ever.</remarks>
    public sealed override BatchAssignment AssignmentFor(int workers) => BatchAssignment.ByStepAndRank;
}
