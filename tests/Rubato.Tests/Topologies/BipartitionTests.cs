using Rubato.Topologies;

namespace Rubato.Tests.Topologies;

public class BipartitionTests
{
    public static TheoryData<string> Names => TopologyTests.Names;

    [Theory, MemberData(nameof(Names))]
    public void Every_edge_is_between_the_sides_and_they_join_everybody(string name)
    {
        for (int size = 1; size <= 33; size++)
        {
            Topology topology = TopologyTests.Symmetric.Single(one => one.Name == name).Make(size);
            var sides = new Bipartition(topology);
            for (int rank = 0; rank < topology.Size; rank++)
            {
                foreach (int other in sides.Edges.TargetsOf(rank))
                {
                    Assert.Contains(other, topology.TargetsOf(rank));
                    Assert.NotEqual(sides.Asks(rank), sides.Asks(other));
                }
            }
            Assert.True(sides.Edges.IsConnected());
            Assert.True(2 * Enumerable.Range(0, topology.Size).Count(sides.Asks) >= topology.Size);
        }
    }

    [Fact]
    public void A_ring_is_whole_for_even_sizes_and_a_path_for_odd_ones()
    {
        for (int size = 3; size <= 9; size++)
            Assert.Equal(size % 2 == 0 ? 2 * size : 2 * size - 2, Enumerable.Range(0, size).Sum(rank => new Bipartition(Topology.Ring(size)).Edges.TargetsOf(rank).Length));
    }
}
