using Rubato.Simulation;

namespace Rubato.Tests.Simulation;

public class NetworkLinksTests
{
    // 1000 bytes take 8 ms: whole numbers in the tests.
    private static readonly LinkShape Link = new(TimeSpan.FromMilliseconds(1), 1e6);

    private static readonly long Millisecond = TimeSpan.TicksPerMillisecond;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1000, 9)]
    [InlineData(1_000_000, 8001)]
    public void A_message_that_meets_no_other_takes_its_bits_over_the_rate_and_the_latency(int bytes, int milliseconds)
    {
        var links = new NetworkLinks(new NetworkMap(Link), 2);

        Assert.Equal(milliseconds * Millisecond, Send(links, 0, 1, bytes, 0));
    }

    [Fact]
    public void Senders_at_one_receiver_wait_for_each_other_and_so_do_messages_of_one_sender()
    {
        var inCast = new NetworkLinks(new NetworkMap(Link), 4);
        long[] leaves = [.. Enumerable.Range(0, 3).Select(from => inCast.Depart(from, 1000, 0))];
        long[] arrives = [.. Enumerable.Range(0, 3).Select(from => inCast.Arrive(from, 3, 1000, leaves[from]))];
        var outCast = new NetworkLinks(new NetworkMap(Link), 4);

        Assert.Equal([8 * Millisecond, 8 * Millisecond, 8 * Millisecond], leaves);
        Assert.Equal([9 * Millisecond, 17 * Millisecond, 25 * Millisecond], arrives);
        Assert.Equal([9 * Millisecond, 17 * Millisecond, 25 * Millisecond],
            Enumerable.Range(1, 3).Select(to => Send(outCast, 0, to, 1000, 0)));
    }

    [Fact]
    public void On_a_link_that_takes_no_time_nobody_waits_for_what_is_still_on_a_longer_way()
    {
        var map = new NetworkMap(LinkShape.Free, [0, 1, 2], ["far", "near", "here"], [LinkShape.Free, LinkShape.Free, LinkShape.Free],
            new Dictionary<(int, int), LinkShape> { [(0, 2)] = new(TimeSpan.FromMilliseconds(100), double.PositiveInfinity) });
        var links = new NetworkLinks(map, 3);

        Assert.Equal(100 * Millisecond, Send(links, 0, 2, 1000, 0));
        Assert.Equal(10 * Millisecond, Send(links, 1, 2, 1000, 10 * Millisecond));
        Assert.Equal(120 * Millisecond, Send(links, 0, 2, 1000, 20 * Millisecond));
    }

    [Fact]
    public void What_a_site_shares_is_one_queue_and_lines_have_directions()
    {
        var map = new NetworkMap(
            new LinkShape(TimeSpan.Zero, 1e9), [0, 0, 1, 1], ["east", "west"],
            [new LinkShape(TimeSpan.Zero, 1e6), LinkShape.Free],
            new Dictionary<(int, int), LinkShape>
            {
                [(0, 1)] = new(TimeSpan.FromMilliseconds(50), double.PositiveInfinity),
                [(1, 0)] = new(TimeSpan.FromMilliseconds(70), double.PositiveInfinity),
            });
        var links = new NetworkLinks(map, 4);

        long first = Send(links, 0, 2, 1000, 0), second = Send(links, 1, 3, 1000, 0);
        long within = Send(new NetworkLinks(map, 4), 0, 1, 1000, 0), back = Send(new NetworkLinks(map, 4), 2, 1, 1000, 0);

        // The uplink's 8 ms, twice for the second; the endpoints' own links are hidden behind it.
        Assert.InRange(first, 58 * Millisecond, 58.1 * Millisecond);
        Assert.InRange(second, 66 * Millisecond, 66.1 * Millisecond);
        Assert.Equal(80, within);
        Assert.InRange(back, 78 * Millisecond, 78.1 * Millisecond);
        Assert.Equal(TimeSpan.FromMilliseconds(50), map.LatencyBetween(0, 3));
        Assert.Equal(TimeSpan.Zero, map.LatencyBetween(0, 1));
    }

    private static long Send(NetworkLinks links, int from, int to, int bytes, long now) =>
        links.Arrive(from, to, bytes, links.Depart(from, bytes, now));
}
