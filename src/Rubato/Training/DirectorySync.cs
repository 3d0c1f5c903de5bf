using System.Runtime.InteropServices;

namespace Rubato.Training;

/// <summary>Brings a directory's entries to the disk, so that a rename survives a power cut; .NET has no call for it.</summary>
internal static partial class DirectorySync
{
    /// <summary>Flushes the directory where the system has a way to (Unix); elsewhere the file system's journal does it.</summary>
    /// <exception cref="IOException">The system could not write the entries.</exception>
    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        int descriptor = Open(path, flags: 0);
        if (descriptor < 0) throw Failure(path);
        try
        {
            if (Sync(descriptor) != 0) throw Failure(path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string path) =>
        new($"Could not flush the directory '{path}': {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
