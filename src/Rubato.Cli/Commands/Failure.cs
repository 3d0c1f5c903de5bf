using Rubato.Communication;
using Rubato.Configuration;
using Rubato.Data;
using Rubato.Simulation;
using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary>What a failure becomes on the command line: an exit code and one message, never a stack trace.</summary>
internal static class Failure
{
    /// <summary>2 for a wrong request, 1 for everything that failed on the way.</summary>
    public static int ExitCodeOf(Exception failure) =>
        Unwrap(failure) is InvalidRequestException ? ExitCode.WrongRequest : ExitCode.RunFailed;

    /// <summary>The message that the user reads.</summary>
    public static string MessageOf(Exception failure) => Unwrap(failure) switch
    {
        InvalidRequestException or RunFailedException or SimulationException or CommunicationException or DataFormatException
            or IOException or InvalidDataException or UnauthorizedAccessException
            => Unwrap(failure).Message,
        OperationCanceledException => "The operation was cancelled before it was done. Run it again.",
        // Anything else is a defect of Rubato: name its type, so that a report of it can be acted on.
        var defect => $"Rubato failed unexpectedly ({defect.GetType().Name}): {defect.Message} Please report this with the command that you ran.",
    };

    private static Exception Unwrap(Exception failure) =>
        failure is AggregateException { InnerExceptions: [var only] } ? Unwrap(only) : failure;
}
