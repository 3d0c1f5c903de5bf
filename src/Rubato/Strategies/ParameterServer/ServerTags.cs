namespace Rubato.Strategies.ParameterServer;

/// <summary>The tags of the parameter-server protocol in the world's communicator.</summary>
internal static class ServerTags
{
    /// <summary>Everything that a server receives.</summary>
    public const int Requests = 1;

    /// <summary>Everything that a client receives.</summary>
    public const int Replies = 2;
}
