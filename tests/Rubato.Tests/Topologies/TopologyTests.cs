using Rubato.Topologies;

namespace Rubato.Tests.Topologies;

public class TopologyTests
{
    internal static readonly (string Name, Func<int, Topology> Make)[] Symmetric =
    [
        ("ring", Topology.Ring),
        ("torus", size => size % 3 == 0 && size > 3 ? Topology.Torus(3, size / 3) : Topology.Torus(2, (size + 1) / 2)),
        ("exponential", Topology.Exponential),
        ("tree", Topology.Tree),
        ("star", Topology.Star),
        ("complete", Topology.Complete),
        ("sites", size => Topology.Sites(size, 3)),
        ("sites of one", size => Topology.Sites(size, 1)),
    ];

    public static TheoryData<string> Names => [.. Symmetric.Select(topology => topology.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Edges_go_both_ways_and_join_everybody(string name)
    {
        for (int size = 1; size <= 33; size++)
        {
            Topology topology = Symmetric.Single(one => one.Name == name).Make(size);
            for (int rank = 0; rank < topology.Size; rank++)
            {
                Assert.Equal(topology.TargetsOf(rank), topology.SourcesOf(rank));
                Assert.DoesNotContain(rank, topology.TargetsOf(rank));
                Assert.All(topology.TargetsOf(rank), other => Assert.Contains(rank, topology.TargetsOf(other)));
            }
            Assert.True(topology.IsConnected());
        }
    }

    [Fact]
    public void Directed_edges_are_the_same_from_both_ends()
    {
        for (int size = 1; size <= 17; size++)
            foreach (Topology topology in new[] { Topology.DirectedRing(size), Topology.RotatingExponential(size, 1, 2), Topology.RotatingExponential(size, 3, 1) })
                for (int rank = 0; rank < size; rank++)
                    Assert.Equal(Enumerable.Range(0, size).Where(other => topology.TargetsOf(other).Contains(rank)), topology.SourcesOf(rank));
        Assert.True(Topology.DirectedRing(5).IsConnected());
        Assert.False(Topology.RotatingExponential(8, 1, 2).IsConnected());
    }

    [Theory]
    [InlineData(16, 1, 4)]
    [InlineData(17, 1, 5)]
    [InlineData(9, 2, 2)]
    [InlineData(10, 2, 3)]
    public void The_rotating_graph_repeats_itself_after_its_exponents(int size, int peers, int period)
    {
        for (int round = 0; round < 2 * period; round++)
        {
            int[] offsets = [.. Topology.RotatingExponential(size, peers, round).TargetsOf(0)];
            int stride = (int)Math.Pow(peers + 1, round % period);
            Assert.Equal(Enumerable.Range(1, peers).Select(j => j * stride % size).Order(), offsets);
        }
    }
}
