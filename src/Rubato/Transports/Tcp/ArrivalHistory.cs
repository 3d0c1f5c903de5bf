namespace Rubato.Transports.Tcp;

/// <summary>Learns from the gaps between a peer's signs of life how long a silence must be to mean that it is lost.</summary>
/// <remarks>
/// After Hayashibara et al., "The φ accrual failure detector", SRDS 2004: with normally distributed gaps, a silence of mean + 5.61 deviations is
/// exceeded by a living peer once in 10⁸ times (φ = 8). Mean and variance decay exponentially, one part in 100 a gap. The limit given
/// is a floor, since a learnt deadline of a busy connection would be milliseconds, and a stopped process is not lost.
/// Not thread-safe.
/// </remarks>
internal sealed class ArrivalHistory(TimeSpan limit)
{
    private const double DeviationsAtPhi8 = 5.61;
    private const double Weight = 0.01;

    private double _mean;
    private double _variance;
    private bool _any;

    /// <summary>The silence after which the peer is held to be lost; never below the limit.</summary>
    public TimeSpan Deadline
    {
        get
        {
            double seconds = _mean + DeviationsAtPhi8 * Math.Sqrt(_variance);
            return seconds > limit.TotalSeconds ? TimeSpan.FromSeconds(seconds) : limit;
        }
    }

    /// <summary>Takes a gap between two signs of life in.</summary>
    public void Record(TimeSpan gap)
    {
        double seconds = gap.TotalSeconds;
        if (!_any)
        {
            (_any, _mean) = (true, seconds);
            return;
        }
        double difference = seconds - _mean;
        _mean += Weight * difference;
        _variance = (1 - Weight) * (_variance + Weight * difference * difference);
    }
}
