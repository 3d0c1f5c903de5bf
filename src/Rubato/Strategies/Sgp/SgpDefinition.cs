using Rubato.Configuration;
using Rubato.Strategies.LocalSgd;
using Rubato.Topologies;

namespace Rubato.Strategies.Sgp;

/// <summary><c>sgp</c>: see <see cref="SgpStrategy"/>.</summary>
/// <param name="Options">Graph and peers.</param>
internal sealed record SgpDefinition(SgpOptions Options) : PeriodicDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<SgpOptions>(
        "sgp", "workers push a share of their parameters to peers along a directed graph (stochastic gradient push)", options => new SgpDefinition(options));

    /// <inheritdoc/>
    public override void Validate(int workers)
    {
        if (Options is { Peers: not null, Graph: not PushGraph.Exponential })
            throw new InvalidRequestException($"{Options.Peers} peers are asked for, but only graph=exponential has a number of peers to choose. Leave peers out.");
        if (Options.Peers >= workers)
            throw new InvalidRequestException(workers == 1
                ? $"{Options.Peers} peers are asked for, but a single worker has none. Leave peers out."
                : $"{Options.Peers} peers are asked for, but each of {workers} workers has {workers - 1} others. Use peers={workers - 1} or fewer.");
    }

    /// <inheritdoc/>
    public override SgpStrategy CreateWorker(int workers) => new SgpStrategy(round => MatrixFor(workers, round));

    /// <summary>The weights of a round, from 0.</summary>
    internal MixingMatrix MatrixFor(int workers, long round) => MixingMatrix.Push(Options.Graph switch
    {
        PushGraph.Exponential => Topology.RotatingExponential(workers, Options.Peers ?? 1, round),
        PushGraph.Ring => Topology.DirectedRing(workers),
        PushGraph.Tree => Topology.Tree(workers),
        PushGraph.Star => Topology.Star(workers),
        _ => throw new InvalidOperationException($"There is no graph {Options.Graph}."),
    });
}
