using System.ComponentModel;
using Rubato.Topologies;

namespace Rubato.Strategies.Gossip;

/// <summary>What strategies have whose workers talk to their neighbours only.</summary>
internal abstract record NeighbourOptions
{
    /// <summary>Who is whose neighbour; default ring.</summary>
    [Description("who is whose neighbour")]
    public TopologyKind Topology
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Topology), value,
            $"The topology is {value}. Use ring, torus, exponential, tree, star, complete or sites.");
    }

    /// <summary>The workers of a site, for the topology of that name only; at least 1.</summary>
    [Description("workers of a site, at least 1; for topology=sites only")]
    public int? SiteSize
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(SiteSize), value,
            $"The size of a site is {value}, but the smallest is 1. Use site-size=4, for example.");
    }

    /// <summary>The topology of so many workers.</summary>
    /// <exception cref="Configuration.InvalidRequestException">There is none, or the options contradict each other.</exception>
    internal Topologies.Topology TopologyFor(int workers) => TopologyKinds.Of(Topology, workers, SiteSize);
}
