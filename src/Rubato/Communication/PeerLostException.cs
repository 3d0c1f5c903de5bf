namespace Rubato.Communication;

/// <summary>The connection to a peer broke, or the peer was silent past its deadline. The peer does not come back under this rank.</summary>
public sealed class PeerLostException : CommunicationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="rank">The lost endpoint.</param>
    /// <param name="operation">What was under way, for example <c>all-reduce</c>.</param>
    /// <param name="elapsed">How long it had been under way.</param>
    /// <param name="reason">Why the peer is held to be lost.</param>
    /// <param name="inner">The failure that showed it.</param>
    public PeerLostException(int rank, string operation, TimeSpan elapsed, string reason, Exception? inner = null)
        : base($"Rank {rank} is lost ({reason}), noticed in {operation} after {elapsed.TotalSeconds:0.###} s. "
            + "Restart the job with --resume from its last checkpoint, or choose a strategy that survives lost workers.", inner)
    {
        Rank = rank;
        Operation = operation;
        Elapsed = elapsed;
        Reason = reason;
    }

    /// <summary>The lost endpoint.</summary>
    public int Rank { get; }

    /// <summary>What was under way.</summary>
    public string Operation { get; }

    /// <summary>How long the operation had been under way.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Why the peer is held to be lost.</summary>
    public string Reason { get; }
}
