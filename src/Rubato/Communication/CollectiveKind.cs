namespace Rubato.Communication;

/// <summary>The collectives.</summary>
public enum CollectiveKind
{
    /// <summary>Everybody gets the reduction of all vectors.</summary>
    AllReduce = 1,

    /// <summary>Everybody gets its chunk of the reduction of all vectors.</summary>
    ReduceScatter,

    /// <summary>Everybody gets everybody's chunk.</summary>
    AllGather,

    /// <summary>Everybody gets the root's vector.</summary>
    Broadcast,

    /// <summary>The root gets everybody's vector.</summary>
    Gather,

    /// <summary>Everybody gets its part of the root's vector.</summary>
    Scatter,

    /// <summary>Everybody waits for everybody.</summary>
    Barrier,

    /// <summary>Not a collective: the notice of a rank that saw two others disagree.</summary>
    Disagreement = 255,
}
