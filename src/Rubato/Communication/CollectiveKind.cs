namespace Rubato.Communication;

/// <summary>The collectives, as they stand in a <see cref="CallStamp"/>.</summary>
internal enum CollectiveKind
{
    AllReduce = 1,
    ReduceScatter,
    AllGather,
    Broadcast,
    Gather,
    Scatter,
    Barrier,

    /// <summary>Not a collective: the notice of a rank that saw two others disagree.</summary>
    Disagreement = 255,
}
