using System.Reflection;
using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>The command that starts a rank's process: this program again, with the hidden command <c>rank</c>.</summary>
internal static class RankCommand
{
    /// <summary>The argument that makes the program call <see cref="RankProcess.RunAsync"/>.</summary>
    public const string Argument = "rank";

    /// <summary>Marks a process as a rank, so that a program which does not know the hidden command cannot start ranks without end.</summary>
    public const string MarkVariable = "RUBATO_RANK_PROCESS";

    /// <summary>The command of this very program, as an executable of its own or as an assembly that <c>dotnet</c> runs.</summary>
    /// <exception cref="InvalidRequestException">The system does not tell which program this is.</exception>
    public static IReadOnlyList<string> OfThisProgram()
    {
        string? process = Environment.ProcessPath, assembly = Assembly.GetEntryAssembly()?.Location;
        if (process is null)
            throw new InvalidRequestException("This system does not tell which program is running, so ranks cannot be started as processes. Use --on threads.");
        bool isHost = Path.GetFileNameWithoutExtension(process) == "dotnet";
        return isHost && !string.IsNullOrEmpty(assembly) ? [process, assembly, Argument] : [process, Argument];
    }
}
