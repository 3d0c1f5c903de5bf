using System.Runtime.InteropServices;

namespace Rubato.Training;

/// <summary>Waits for less than a timer's millisecond without burning a core.</summary>
/// <remarks>
/// Timers of the runtime count whole milliseconds. In full synchrony every step takes as long as the latest of all workers, so that a
/// millisecond of jitter a worker is a millisecond lost a step.
/// </remarks>
internal static partial class FineWait
{
    /// <summary>The longest wait for which it is meant: longer ones begin with a timer, which can be cancelled.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(3);

    /// <summary>Whether this system has such a wait; where it has none, a timer must do.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    /// <summary>Blocks the calling thread, which must not be an event loop's.</summary>
    /// <param name="duration">At most <see cref="Longest"/>.</param>
    public static void For(TimeSpan duration)
    {
        if (duration > TimeSpan.Zero) _ = SleepMicroseconds((uint)Math.Min(duration.TotalMicroseconds, Longest.TotalMicroseconds));
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int SleepMicroseconds(uint microseconds);
}
