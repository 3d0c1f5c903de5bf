namespace Rubato.Communication;

/// <summary>Two ranks of a group called different collectives at the same place in the order, or the same one with different lengths.</summary>
/// <remarks>A bug of the program that calls them. The vectors' contents are undefined afterwards.</remarks>
public sealed class CollectiveMismatchException : CommunicationException
{
    internal CollectiveMismatchException(int rank, CallStamp theirs, CallStamp own) : this(rank, theirs.ToString(), own) =>
        Theirs = theirs;

    internal CollectiveMismatchException(int rank, string theirs, CallStamp own)
        : base($"Endpoint {rank} called {theirs}, but this rank called {own}. "
            + "Every member of a group calls the same collectives in the same order with vectors of the same length.") => Rank = rank;

    /// <summary>The endpoint whose call differs from this rank's.</summary>
    public int Rank { get; }

    /// <summary>What it called, as far as it is known.</summary>
    internal CallStamp Theirs { get; }
}
