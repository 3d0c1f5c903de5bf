namespace Rubato.Strategies.ParameterServer;

/// <summary>The tags of the parameter-server protocol in the world's communicator.</summary>
internal static class ServerTags
{
    /// <summary>Everything that a server receives.</summary>
    public const int Requests = 1;

    /// <summary>Everything that a client receives.</summary>
    public const int Replies = 2;

    /// <summary>What a thread of a client receives of a table server, where each thread has a request of its own under way.</summary>
    public static int RepliesTo(int thread) => 3 + thread;
}
