using System.Diagnostics;

namespace Rubato.Tests.Cli;

internal static class StartInfo
{
    /// <summary>Adds arguments as a shell would split them at spaces.</summary>
    public static ProcessStartInfo With(this ProcessStartInfo start, string arguments)
    {
        foreach (string argument in arguments.Split(' ')) start.ArgumentList.Add(argument);
        return start;
    }
}
