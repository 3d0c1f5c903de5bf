namespace Rubato.Communication;

/// <summary>The world failed: a peer is lost, a deadline passed, a connection was refused. The message names rank, operation and elapsed time.</summary>
public abstract class CommunicationException : Exception
{
    private protected CommunicationException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
