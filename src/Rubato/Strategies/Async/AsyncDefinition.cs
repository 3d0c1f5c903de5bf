using Rubato.Configuration;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.Async;

/// <summary><c>async</c>: every gradient is an update of its own the moment it comes, and nobody waits for anybody.</summary>
/// <remarks>
/// <para>Dean et al., "Large Scale Distributed Deep Networks" (Downpour SGD), NIPS 2012, with an exchange every step; fused push-pull.</para>
/// <para>Worker: <see cref="PushPullWorker"/>. Server: <see cref="AsynchronousPolicy"/>. Paper → here: η learning rate times 1/P under linear scaling,
/// v the server's version, τ = v at applying − v at pulling, the staleness.</para>
/// <para>Traffic of a step and worker: 24·S + 4d bytes up, as many down. Server state: d floats and the optimizer's.</para>
/// </remarks>
/// <param name="Options">Shards, scale.</param>
internal sealed record AsyncDefinition(AsyncOptions Options) : ServerStrategyDefinition<AsyncOptions>(Options)
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<AsyncOptions>(
        "async", "fully asynchronous: every gradient is applied as it comes", options => new AsyncDefinition(options));

    /// <inheritdoc/>
    public override bool SurvivesLostWorkers => true;

    /// <inheritdoc/>
    public override BatchAssignment AssignmentFor(int workers) => BatchAssignment.OnDemand;

    /// <inheritdoc/>
    protected override UpdatePolicy CreatePolicy(IReadOnlyList<int> workers) => new AsynchronousPolicy();
}
