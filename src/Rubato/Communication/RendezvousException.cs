namespace Rubato.Communication;

/// <summary>The endpoints of a job did not find each other: some are missing, one was refused, or the meeting place does not answer.</summary>
public sealed class RendezvousException : CommunicationException
{
    /// <summary>Creates the exception with a message that names what is missing and what to do.</summary>
    public RendezvousException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
