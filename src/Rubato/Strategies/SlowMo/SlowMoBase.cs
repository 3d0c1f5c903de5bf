namespace Rubato.Strategies.SlowMo;

/// <summary>What a step between two slow steps is.</summary>
internal enum SlowMoBase
{
    /// <summary>A step of the worker's own optimizer on its own replica.</summary>
    Local,

    /// <summary>A step of <c>all-reduce</c>: replicas are equal at all times, so there is nothing left to average.</summary>
    AllReduce,

    /// <summary>A step of <c>gossip</c>: the replica is mixed with the neighbours' at every step.</summary>
    Gossip,
}
