namespace Rubato.Training;

/// <summary>A run failed: the message names the first failing rank and its error.</summary>
public sealed class RunFailedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public RunFailedException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>Ranks that answered nobody when the run failed: nothing is gained by waiting for their goodbye.</summary>
    internal IReadOnlyList<int> SilentRanks { get; init; } = [];
}
