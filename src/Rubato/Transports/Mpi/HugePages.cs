using System.Runtime.InteropServices;

namespace Rubato.Transports.Mpi;

/// <summary>Asks Linux to hold a vector in pages of 2 MiB.</summary>
/// <remarks>
/// A library that copies straight out of another process's memory has the kernel look up every page of it, and with pages of 4 KiB that is a third
/// of a long all-reduce. This is advice: a kernel that does not take it goes on as before.
/// </remarks>
internal static unsafe partial class HugePages
{
    // Shorter vectors are not worth a page of their own.
    private const int LeastBytes = 512 << 10;
    private const nint PageLength = 2 << 20;
    private const int FromNowOn = 14, AtOnce = 25;

    /// <summary>Asks for the pages that the memory lies in, whose other ends belong to its neighbours. Page by page: one that cannot be had stops no other.</summary>
    public static void AskFor(void* memory, nint bytes)
    {
        if (!OperatingSystem.IsLinux() || bytes < LeastBytes) return;
        for (nint page = (nint)memory & -PageLength; page < (nint)memory + bytes; page += PageLength)
        {
            // What is not in use yet comes as a large page when it is written; the rest is put together now, where the kernel is new enough (6.1).
            if (Advise(page, (nuint)PageLength, FromNowOn) == 0) _ = Advise(page, (nuint)PageLength, AtOnce);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint memory, nuint length, int advice);
}
