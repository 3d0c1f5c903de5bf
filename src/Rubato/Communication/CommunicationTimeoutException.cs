namespace Rubato.Communication;

/// <summary>A communication operation passed its deadline while every peer still seemed alive.</summary>
public sealed class CommunicationTimeoutException : CommunicationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="rank">The endpoint that was waited for, or -1 for any.</param>
    /// <param name="operation">What was under way.</param>
    /// <param name="elapsed">How long it had been under way.</param>
    public CommunicationTimeoutException(int rank, string operation, TimeSpan elapsed)
        : base($"{operation} waited {elapsed.TotalSeconds:0.###} s for {(rank < 0 ? "any rank" : $"rank {rank}")} and passed its deadline. "
            + "Raise --timeout-seconds if that rank is only slow; look at its log if it is stuck.")
    {
        Rank = rank;
        Operation = operation;
        Elapsed = elapsed;
    }

    /// <summary>The endpoint that was waited for, or -1 for any.</summary>
    public int Rank { get; }

    /// <summary>What was under way.</summary>
    public string Operation { get; }

    /// <summary>How long the operation had been under way.</summary>
    public TimeSpan Elapsed { get; }
}
