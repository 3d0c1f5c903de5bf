namespace Rubato.Transports;

/// <summary>How far an endpoint's wake-ups are behind the times that its links' model asked for. Safe for concurrent use.</summary>
/// <remarks>
/// A timer of millisecond grain wakes late, and what is sent in reaction would be late too, message after message. The lag of the
/// last wake-up is therefore taken off the next message's start, once. It is negative after a wait that was too short to sleep, and
/// bounded, since a process that was stopped is owed nothing for it.
/// </remarks>
/// <param name="time">The clock.</param>
/// <param name="fineWait">Blocks its thread for a few milliseconds, to less than one of them; null for timers alone.</param>
internal sealed class LinkClock(TimeProvider time, Action<TimeSpan>? fineWait)
{
    // The part of a wait that is not left to a timer: that wakes a millisecond late, and more on a busy machine.
    private const long FineTicks = 2 * TimeSpan.TicksPerMillisecond;

    private const long MostLagTicks = 10 * TimeSpan.TicksPerMillisecond;

    // Longer than any message is under way between processes of one machine, and a small share of what a stamp can tell apart.
    private const uint MostMicroseconds = 1_000_000;

    private readonly long _start = time.GetTimestamp();
    private readonly long _startMicroseconds = Microseconds(time, time.GetTimestamp());
    private long _lagTicks;

    /// <summary>Time since this clock began, in ticks of 100 ns.</summary>
    public long Now => time.GetElapsedTime(_start).Ticks;

    /// <summary>The time at which what is sent now would be sent if no wake-up had been late; uses the lag up.</summary>
    public long TakeIdealNow() => Now - Interlocked.Exchange(ref _lagTicks, 0);

    /// <summary>A time of this clock on the machine's, for another process there: microseconds, modulo 2³².</summary>
    public uint StampOf(long at) => unchecked((uint)(_startMicroseconds + at / TimeSpan.TicksPerMicrosecond));

    /// <summary>The time of this clock that a stamp tells; now, where it is no time of the last second, since another machine's clock made it.</summary>
    public long TimeOf(uint stamp)
    {
        long now = Now;
        uint ago = unchecked(StampOf(now) - stamp);
        return ago <= MostMicroseconds ? now - ago * TimeSpan.TicksPerMicrosecond : now;
    }

    /// <summary>Waits until about that time, and remembers by how much it was missed.</summary>
    public async ValueTask WaitUntilAsync(long due)
    {
        // Whole milliseconds, without a fine wait to the nearest: the rest is lag, of either sign.
        long left = fineWait is null ? TimeSpan.TicksPerMillisecond / 2 : -FineTicks;
        long milliseconds = (due - Now + left) / TimeSpan.TicksPerMillisecond;
        if (milliseconds > 0) await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), time).ConfigureAwait(false);
        if (fineWait is not null && due > Now) fineWait(TimeSpan.FromTicks(due - Now));
        Volatile.Write(ref _lagTicks, Math.Min(Now - due, MostLagTicks));
    }

    private static long Microseconds(TimeProvider time, long timestamp) => (long)((Int128)timestamp * 1_000_000 / time.TimestampFrequency);
}
