using Rubato.Communication;
using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>How failures of a run are put into words.</summary>
internal static class RunFailures
{
    /// <summary>An exception in one line: Rubato's own messages as they are, anybody else's with the kind of exception.</summary>
    public static string Describe(Exception failure) => failure is RunFailedException or InvalidRequestException or CommunicationException
        ? failure.Message
        : $"{failure.GetType().Name}: {failure.Message}";

    /// <summary>An endpoint's name as users know it: <c>worker 3</c>, <c>server 0</c>.</summary>
    public static string NameOf(int endpoint, int workers, int servers) =>
        endpoint < workers ? $"worker {endpoint}" : endpoint < workers + servers ? $"server {endpoint - workers}" : "conductor";

    /// <summary>A name at the beginning of a sentence.</summary>
    public static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    /// <summary>The name of an endpoint's state in a checkpoint: <c>worker-3</c>, <c>server-0</c>.</summary>
    public static string StateNameOf(int endpoint, int workers) =>
        endpoint < workers ? $"worker-{endpoint}" : $"server-{endpoint - workers}";
}
