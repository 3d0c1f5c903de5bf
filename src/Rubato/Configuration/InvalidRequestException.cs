namespace Rubato.Configuration;

/// <summary>The request cannot be carried out as it was put: the message holds the value, the limit and the fix.</summary>
/// <remarks>The command line prints the message alone and ends with exit code 2.</remarks>
public sealed class InvalidRequestException : Exception
{
    /// <summary>Creates the exception with a message that names value, limit and fix.</summary>
    public InvalidRequestException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message that names value, limit and fix, and the exception that showed it.</summary>
    public InvalidRequestException(string message, Exception inner) : base(message, inner)
    {
    }
}
