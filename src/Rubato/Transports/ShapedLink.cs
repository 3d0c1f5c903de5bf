namespace Rubato.Transports;

/// <summary>One direction of an endpoint's link: one message after the other, each for as long as its bits take.</summary>
/// <remarks>All times are those of the model, in ticks of its <see cref="LinkClock"/>. Safe for concurrent use.</remarks>
internal sealed class ShapedLink(LinkClock clock, double bitsPerSecond, TimeSpan latency)
{
    private readonly Lock _gate = new();
    private long _busyUntil;

    /// <summary>Takes the next place for a message that is sent now; returns when its last bit leaves.</summary>
    public long Reserve(int bytes)
    {
        lock (_gate) return _busyUntil = Math.Max(clock.TakeIdealNow(), _busyUntil) + Duration(bytes);
    }

    /// <summary>Takes the next place for a message whose last bit left its sender at a stamped time; returns when its last bit has arrived.</summary>
    public long Admit(int bytes, uint departed)
    {
        // Its first bit left one duration before and needs the latency; from then on it occupies the link for one duration.
        lock (_gate) return _busyUntil = Math.Max(clock.TimeOf(departed) + latency.Ticks - Duration(bytes), _busyUntil) + Duration(bytes);
    }

    /// <summary>The stamp of a time at which a message's last bit leaves.</summary>
    public uint StampOf(long due) => clock.StampOf(due);

    /// <summary>Waits until about that time.</summary>
    public ValueTask WaitUntilAsync(long due) => clock.WaitUntilAsync(due);

    private long Duration(int bytes) => (long)(bytes * 8.0 / bitsPerSecond * TimeSpan.TicksPerSecond);
}
