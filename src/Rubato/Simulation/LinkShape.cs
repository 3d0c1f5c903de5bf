namespace Rubato.Simulation;

/// <summary>The latency and rate of one link in one direction.</summary>
/// <param name="Latency">The time from the last bit sent to the last bit received; zero or more.</param>
/// <param name="BitsPerSecond">Above 0, infinite for latency alone.</param>
public readonly record struct LinkShape(TimeSpan Latency, double BitsPerSecond)
{
    /// <summary>A link that costs no time.</summary>
    public static LinkShape Free => new(TimeSpan.Zero, double.PositiveInfinity);

    /// <summary>How long so many bytes occupy the link, in ticks.</summary>
    public long TicksOf(long bytes) => (long)(bytes * 8.0 / BitsPerSecond * TimeSpan.TicksPerSecond);
}
