using Rubato.Cli.Commands;
using Rubato.Communication;
using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Cli;

/// <summary>What is different when this program is one of many MPI ranks: rank 0 alone speaks.</summary>
internal static class MpiRank
{
    // Long enough for rank 0 to have failed in the same way, whereupon the launcher ends this one.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Lets all ranks know that this one has failed before it met them; rank 0 says why. Nothing when they have met: then they know.</summary>
    /// <param name="worlds">Holds the cluster in which they meet.</param>
    /// <param name="place">This rank.</param>
    /// <param name="said">The message, which on rank 0 has been written already.</param>
    /// <param name="error">Where a rank speaks that cannot reach the others.</param>
    public static async Task FailTogetherAsync(Worlds worlds, RankPlace place, string said, TextWriter error)
    {
        if (worlds.HaveMet) return;
        try
        {
            var failure = new InvalidRequestException(said.Trim());
            await ((MpiCluster)worlds.ClusterFor(World.Mpi)).RunAsync(new TrainingJob { On = World.Mpi }, _ => throw failure, null, CancellationToken.None);
        }
        catch (Exception) when (worlds.HaveMet || place.Rank == 0)
        {
            // Rank 0 has spoken: for itself before, or for all.
            return;
        }
        catch (Exception unreachable) when (unreachable is InvalidRequestException or RunFailedException or CommunicationException)
        {
            await Task.Delay(Patience);
            await error.WriteLineAsync($"MPI rank {place.Rank}: {said.Trim()}");
        }
    }

    /// <summary>Whether a command's job is one that all ranks run together.</summary>
    public static bool IsForMpi(string[] arguments)
    {
        if (Value(arguments, "--on") is { } world) return world == "mpi";
        try
        {
            TrainingJob? job = Value(arguments, "--job") is { } file ? JobFile.Read(file)
                : Value(arguments, "--resume") is { } folder ? RunDirectory.Open(folder).ReadJob() : null;
            return job?.On == World.Mpi;
        }
        catch (InvalidRequestException)
        {
            // The command itself refuses the same file, with the same message.
            return false;
        }
    }

    private static string? Value(string[] arguments, string flag)
    {
        int index = Array.FindIndex(arguments, argument => argument == flag || argument.StartsWith(flag + "=", StringComparison.Ordinal));
        if (index < 0) return null;
        return arguments[index] != flag ? arguments[index][(flag.Length + 1)..] : index + 1 < arguments.Length ? arguments[index + 1] : null;
    }
}
