using Rubato.Configuration;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.Ssp;

/// <summary><c>ssp</c>: asynchronous, but no worker starts a step more than s ahead of the slowest.</summary>
/// <remarks>
/// <para>Ho et al., "More Effective Distributed ML via a Stale Synchronous Parallel Parameter Server", NIPS 2013; gate and vector clock as in Bösen
/// (Wei et al., SoCC 2015).</para>
/// <para>Worker: <see cref="PushPullWorker"/>; the wait for its push's answer is the gate. Server: <see cref="StaleSynchronousPolicy"/>.
/// Paper → here: s Bound, c_p the pushes of worker p. The answer contains the worker's own push, which is read-my-writes.</para>
/// <para>Traffic of a step and worker: 24·S + 4d bytes up, as many down. Server state: d floats, the optimizer's, P clocks.</para>
/// </remarks>
/// <param name="Options">s, shards, scale.</param>
internal sealed record SspDefinition(SspOptions Options) : ServerStrategyDefinition<SspOptions>(Options)
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<SspOptions>(
        "ssp", "asynchronous within a bound: the fastest worker is at most s steps ahead of the slowest", options => new SspDefinition(options));

    /// <inheritdoc/>
    /// <remarks>With bound 0 batches are dealt by rank, and those of a lost worker would never be computed.</remarks>
    public override bool SurvivesLostWorkers => Options.Bound > 0;

    /// <inheritdoc/>
    public override BatchAssignment AssignmentFor(int workers) =>
        Options.Bound == 0 ? BatchAssignment.ByStepAndRank : BatchAssignment.OnDemand;

    /// <inheritdoc/>
    protected override UpdatePolicy CreatePolicy(IReadOnlyList<int> workers) => new StaleSynchronousPolicy(workers, Options.Bound);
}
