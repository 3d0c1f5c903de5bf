using System.Runtime.InteropServices;

namespace Rubato.Transports.Mpi;

/// <summary>What a progress thread sleeps at: for microseconds, or until somebody rings because there is work.</summary>
/// <remarks>MPI wakes nobody, so its progress is polled; the runtime's own waits count milliseconds, which is long for a message.</remarks>
internal sealed unsafe partial class ProgressBell : IDisposable
{
    private const int NonBlocking = 0x800, CloseOnExec = 0x80000;
    private const short Readable = 1;

    private readonly int _event = OperatingSystem.IsLinux() ? EventFd(0, NonBlocking | CloseOnExec) : -1;
    private readonly AutoResetEvent _coarse = new(false);
    private volatile bool _asleep;
    private volatile bool _rung;

    /// <summary>Ends a sleep, or the next one; costs a system call only when somebody sleeps.</summary>
    public void Ring()
    {
        _rung = true;
        // The sleeper says that it sleeps before it looks whether it was rung for.
        Interlocked.MemoryBarrier();
        if (!_asleep) return;
        if (_event >= 0)
        {
            ulong one = 1;
            _ = Write(_event, &one, sizeof(ulong));
        }
        else
        {
            _coarse.Set();
        }
    }

    /// <summary>Sleeps until somebody rings, at most for so long.</summary>
    public void Sleep(TimeSpan atMost)
    {
        _asleep = true;
        Interlocked.MemoryBarrier();
        if (!_rung)
        {
            if (_event < 0) _coarse.WaitOne(Math.Max(1, (int)atMost.TotalMilliseconds));
            else SleepFine(atMost);
        }
        _asleep = false;
        _rung = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _coarse.Dispose();
        if (_event >= 0) _ = Close(_event);
    }

    private void SleepFine(TimeSpan atMost)
    {
        var wait = new PollRequest { Descriptor = _event, Events = Readable };
        long* duration = stackalloc long[2];
        (duration[0], duration[1]) = (atMost.Ticks / TimeSpan.TicksPerSecond, atMost.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
        ulong rings = 0;
        if (Poll(&wait, 1, duration, null) > 0) _ = Read(_event, &rings, sizeof(ulong));
    }

    [LibraryImport("libc", EntryPoint = "eventfd")]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "ppoll")]
    private static partial int Poll(PollRequest* requests, nuint count, long* timeout, void* signals);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, void* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, void* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events, Returned;
    }
}
