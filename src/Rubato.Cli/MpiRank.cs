using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Cli;

/// <summary>What is different when this program is one of many MPI ranks: rank 0 alone speaks.</summary>
internal static class MpiRank
{
    // Long enough for rank 0 to have failed in the same way, whereupon the launcher ends this one.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Whether this is another rank than 0 of a job that all ranks run together.</summary>
    public static bool IsFollower(string[] arguments, RankPlace? place) => place is { Rank: > 0 } && IsForMpi(arguments);

    /// <summary>Says what a follower has to say when it fails before it has met the others; later, rank 0 says it.</summary>
    public static async Task SpeakUpAsync(TextWriter error, string said, RankPlace? place)
    {
        await Task.Delay(Patience);
        await error.WriteLineAsync($"MPI rank {place?.Rank}: {said.Trim()}");
    }

    /// <summary>An output as a launcher passes it on: some give ranks a terminal of their own, whose control codes nobody must see.</summary>
    public static TextWriter Plain(Stream stream) => new StreamWriter(stream) { AutoFlush = true };

    private static bool IsForMpi(string[] arguments)
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
