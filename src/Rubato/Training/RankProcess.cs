using System.Runtime.InteropServices;
using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>What a rank's own process does: the hidden command <c>rank</c> of a program whose jobs run on processes.</summary>
public static class RankProcess
{
    /// <summary>Runs the worker or server that the launcher wants of this process, to its end.</summary>
    /// <remarks>
    /// A terminal's Ctrl-C reaches every process in the foreground; ranks leave it to the launcher, which ends them in order. When
    /// <paramref name="input"/> ends, the launcher is gone, however it went, and the process ends at once.
    /// </remarks>
    /// <param name="input">Standard input, on which the launcher tells the job's token and the job.</param>
    /// <param name="error">Standard error, for one message when the rank fails.</param>
    /// <param name="variable">Reads an environment variable, null where there is none.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(Stream input, TextWriter error, Func<string, string?> variable)
    {
        using var ended = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            ended.Cancel();
        });
        try
        {
            RankBriefing briefing = RankBriefing.Read(input);
            new Thread(() => FollowLauncher(input)) { Name = "launcher", IsBackground = true }.Start();
            return await RunAsync(briefing, error, variable, ended.Token);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            await error.WriteLineAsync(RunFailures.Describe(failure));
            return failure is InvalidRequestException ? RankExit.WrongRequest : RankExit.FailedAlone;
        }
    }

    private static void FollowLauncher(Stream input)
    {
        Span<byte> ignored = stackalloc byte[64];
        while (input.Read(ignored) > 0)
        {
        }
        Environment.Exit(RankExit.Orphaned);
    }
}
