using System.Runtime.InteropServices;

namespace Rubato.Transports.Mpi;

/// <summary>Keeps the processor's faults with the .NET runtime, which makes exceptions of them.</summary>
/// <remarks>
/// UCX, over which MPICH and Open MPI may run, takes SIGSEGV, SIGFPE, SIGBUS and SIGILL for itself as its library is loaded, and ends the process at the
/// first of them: a null reference that the program would have caught, and told of with its rank, kills it with a dump instead.
/// </remarks>
internal static partial class ProcessorFaults
{
    /// <summary>To be called before an MPI library is loaded. What the user has set stays.</summary>
    /// <remarks>Native code does not see <see cref="Environment.SetEnvironmentVariable(string, string)"/>.</remarks>
    public static void LeaveToRuntime()
    {
        if (!OperatingSystem.IsWindows()) _ = SetVariable("UCX_ERROR_SIGNALS", "", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
