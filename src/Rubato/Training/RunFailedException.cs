namespace Rubato.Training;

/// <summary>A run failed: the message names the first failing rank and its error.</summary>
public sealed class RunFailedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public RunFailedException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
