using Rubato.Configuration;
using Rubato.Simulation;
using Rubato.Training;

namespace Rubato.Tests.Training;

public class NetworkFileTests
{
    private const string Wide = """
        node: latency=0.1ms,bandwidth=10Gbit
        sites:
          virginia: 0-3,8
          tokyo: 4-7
        uplink: bandwidth=1Gbit
        links:
          virginia > tokyo: latency=80ms,bandwidth=200Mbit
          tokyo > virginia: latency=85ms,bandwidth=100Mbit
        """;

    [Fact]
    public void Sites_and_their_lines_are_read_as_they_are_written()
    {
        NetworkMap map = NetworkFile.Parse(Wide, workers: 8);

        Assert.Equal(["virginia", "tokyo"], map.Names);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 0, 0], Enumerable.Range(0, 10).Select(map.SiteOf));
        Assert.Equal(new LinkShape(TimeSpan.FromMilliseconds(0.1), 1e10), map.Node);
        Assert.Equal(new LinkShape(TimeSpan.Zero, 1e9), map.Uplink(1));
        Assert.Equal(new LinkShape(TimeSpan.FromMilliseconds(85), 1e8), map.Line(1, 0));
        Assert.Equal(TimeSpan.FromMilliseconds(80.1), map.LatencyBetween(2, 5));
        Assert.Equal(TimeSpan.FromMilliseconds(0.1), map.LatencyBetween(2, 3));
    }

    [Fact]
    public void A_link_of_several_sites_is_a_line_for_each_pair_and_all_of_it_fits_into_one_line()
    {
        var shape = NetworkShape.Parse("{sites: {a: 0, b: 1, c: 2}, uplink: {c: bandwidth=1Gbit}, links: {'a,b > a, b,c': 'latency=1s,bandwidth=1Mbit'}}");
        NetworkMap map = JobPlan.Build(new TrainingJob { On = World.Simulation, Workers = 3, ComputeTime = ComputeTime.Parse("1s"), Network = shape }).NetworkMap;

        var line = new LinkShape(TimeSpan.FromSeconds(1), 1e6);
        Assert.All(new[] { (0, 1), (1, 0), (0, 2), (1, 2) }, pair => Assert.Equal(line, map.Line(pair.Item1, pair.Item2)));
        Assert.Equal(LinkShape.Free, map.Line(2, 0));
        Assert.Equal(LinkShape.Free, map.Line(2, 1));
        Assert.Equal(new LinkShape(TimeSpan.Zero, 1e9), map.Uplink(2));
        Assert.Equal(shape, NetworkShape.Parse(shape.ToString()));
    }

    [Theory]
    [InlineData("nodes: latency=1ms", "nodes", "node")]
    [InlineData("node: fast", "fast", "latency=1ms,bandwidth=1Gbit")]
    [InlineData("sites:\n  a: 0-3\n  b: 3-4", "Endpoint 3", "'a' and 'b'")]
    [InlineData("sites:\n  a: x", "'x'", "0-3,8")]
    [InlineData("sites:\n  a: 0\nlinks:\n  a > c: latency=1ms", "no site 'c'")]
    [InlineData("sites:\n  a: 0\nlinks:\n  a > a: latency=1ms", "to itself")]
    [InlineData("sites:\n  a: 0\nlinks:\n  ' > a': latency=1ms", "' > a'", "from one site to another")]
    [InlineData("{sites: {a: 0,2, b: 1}}", "'2' has no value", "a: '0,2'")]
    [InlineData("{sites: {a: 0, b: 1}, links: {'a > b': latency=1ms,bandwidth=1Gbit}}", "'bandwidth=1Gbit' has no value", "in quotes")]
    [InlineData("{uplink: latency=1ms,bandwidth=1kbit, sites: {a: 0}}", "'bandwidth=1kbit' has no value", "in quotes")]
    [InlineData("- a", "not a list of keys")]
    public void What_is_no_network_is_refused_with_value_limit_and_fix(string yaml, params string[] parts)
    {
        var refused = Assert.Throws<InvalidRequestException>(() => NetworkFile.Parse(yaml, workers: 8));

        Assert.All(parts, part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
    }
}
