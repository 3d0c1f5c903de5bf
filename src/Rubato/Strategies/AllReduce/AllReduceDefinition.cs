using Rubato.Configuration;

namespace Rubato.Strategies.AllReduce;

/// <summary><c>all-reduce</c>: see <see cref="AllReduceStrategy"/>.</summary>
internal sealed record AllReduceDefinition : StrategyDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<NoOptions>(
        "all-reduce", "fully synchronous: every step averages every worker's gradient", _ => new AllReduceDefinition());

    /// <inheritdoc/>
    public override BatchAssignment AssignmentFor(int workers) => BatchAssignment.ByStepAndRank;

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new AllReduceStrategy();
}
