using Rubato.Configuration;

namespace Rubato.Topologies;

/// <summary>Makes the topology of a name, or says why there is none.</summary>
internal static class TopologyKinds
{
    /// <summary>The topology of so many ranks.</summary>
    /// <param name="kind">The name.</param>
    /// <param name="size">The number of ranks.</param>
    /// <param name="site">The ranks of a site, for <see cref="TopologyKind.Sites"/> and for nothing else.</param>
    /// <exception cref="InvalidRequestException">There is no such topology of so many ranks, or the site is missing or has no meaning.</exception>
    public static Topology Of(TopologyKind kind, int size, int? site)
    {
        if (site is not null && kind != TopologyKind.Sites)
            throw new InvalidRequestException($"The size of a site is {site}, but only topology=sites has sites. Leave site-size out.");
        return kind switch
        {
            TopologyKind.Ring => Topology.Ring(size),
            TopologyKind.Torus => Torus(size),
            TopologyKind.Exponential => Topology.Exponential(size),
            TopologyKind.Tree => Topology.Tree(size),
            TopologyKind.Star => Topology.Star(size),
            TopologyKind.Complete => Topology.Complete(size),
            TopologyKind.Sites => Topology.Sites(size, site ?? throw new InvalidRequestException(
                "The topology is sites, but the size of a site is not given. Add site-size=4 where four neighbouring workers share a site.")),
            _ => throw new InvalidOperationException($"There is no topology {kind}."),
        };
    }

    // As square as can be.
    private static Topology Torus(int size)
    {
        for (int rows = (int)Math.Sqrt(size); rows > 1; rows--)
            if (size % rows == 0) return Topology.Torus(rows, size / rows);
        throw new InvalidRequestException(
            $"{size} {(size == 1 ? "worker makes" : "workers make")} no torus, which needs at least 2 rows and 2 columns of equal length. Use topology=ring or topology=exponential.");
    }
}
