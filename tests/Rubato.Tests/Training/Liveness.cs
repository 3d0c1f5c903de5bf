using System.Diagnostics;

namespace Rubato.Tests.Training;

/// <summary>Whether processes still run.</summary>
internal static class Liveness
{
    /// <summary>Whether a process runs; one that has ended and that nobody has asked about yet (a zombie) does not.</summary>
    public static bool IsAlive(int process)
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                // The state is the first letter after the name in brackets.
                string status = File.ReadAllText($"/proc/{process}/stat");
                return status[status.LastIndexOf(')') + 2] is not ('Z' or 'X');
            }
            catch (IOException)
            {
                return false;
            }
        }
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
