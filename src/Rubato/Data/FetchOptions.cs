namespace Rubato.Data;

/// <summary>How patiently files are fetched.</summary>
public sealed record FetchOptions
{
    /// <summary>How long a server may send nothing before the attempt is given up; above zero.</summary>
    public TimeSpan StallLimit
    {
        get;
        init => field = value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(StallLimit), value,
            $"The stall limit is {value.TotalSeconds} seconds, but it must be above 0. Use 30, for example.");
    } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts at one address, each of which goes on where the last one ended; at least 1.</summary>
    public int Attempts
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Attempts), value,
            $"There are {value} attempts, but the smallest number is 1. Use 4, for example.");
    } = 4;

    /// <summary>The pause before the second attempt; it doubles before each further one. Zero or more.</summary>
    public TimeSpan Pause
    {
        get;
        init => field = value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(Pause), value,
            $"The pause is {value.TotalSeconds} seconds, but it cannot be below 0. Use 1, for example.");
    } = TimeSpan.FromSeconds(1);
}
