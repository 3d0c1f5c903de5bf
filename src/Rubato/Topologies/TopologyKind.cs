namespace Rubato.Topologies;

/// <summary>The named topologies whose edges go both ways.</summary>
internal enum TopologyKind
{
    /// <summary>See <see cref="Topology.Ring"/>.</summary>
    Ring,

    /// <summary>See <see cref="Topology.Torus"/>.</summary>
    Torus,

    /// <summary>See <see cref="Topology.Exponential"/>.</summary>
    Exponential,

    /// <summary>See <see cref="Topology.Tree"/>.</summary>
    Tree,

    /// <summary>See <see cref="Topology.Star"/>.</summary>
    Star,

    /// <summary>See <see cref="Topology.Complete"/>.</summary>
    Complete,

    /// <summary>See <see cref="Topology.Sites"/>.</summary>
    Sites,
}
