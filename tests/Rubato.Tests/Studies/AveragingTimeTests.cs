using Rubato.Studies;
using Rubato.Topologies;

namespace Rubato.Tests.Studies;

public class AveragingTimeTests
{
    private static readonly TimeSpan Latency = TimeSpan.FromMicroseconds(50);

    // 2 (q − 1) messages one after the other, each a latency and a chunk.
    [Theory]
    [InlineData(4, 4, 100_000_000)]
    [InlineData(16, 4, 100_000_000)]
    [InlineData(64, 8, 100_000_000)]
    [InlineData(16, 16, 6_400_000)]
    [InlineData(16, 4, 64_000)]
    public void A_ring_takes_the_time_of_its_formula(int ranks, int group, long bytes)
    {
        double expected = 2 * (group - 1) * (Latency.TotalSeconds + bytes * 8 / 10e9 / group);

        Assert.Equal(1, AveragingTime.Of(GridSchedule.OfLines(ranks, group), bytes, Latency, 10e9, rounds: 4) / expected, 0.01);
    }

    // One flow a rack at a time, at the rate of the uplink.
    [Fact]
    public void Racks_take_the_time_of_their_uplinks()
    {
        double inside = 1.5 * 0.08, outside = 1.5 * 0.64;

        Assert.Equal(1, AveragingTime.Of(new RackSchedule(16, 4), 100_000_000, TimeSpan.Zero, 10e9, rounds: 16, rack: 4, uplinkBitsPerSecond: 1.25e9) / ((inside + outside) / 2), 0.01);
    }
}
