namespace Rubato.Data;

/// <summary>A file could not be fetched or stored; the message names it, what happened at each address, and what to do.</summary>
/// <remarks>What was received is kept beside the destination, so fetching again goes on from there. The destination itself is never incomplete.</remarks>
public sealed class DataFetchException : IOException
{
    /// <summary>Creates the exception.</summary>
    public DataFetchException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
