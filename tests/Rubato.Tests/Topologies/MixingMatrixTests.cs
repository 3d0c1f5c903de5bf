using Rubato.Topologies;

namespace Rubato.Tests.Topologies;

public class MixingMatrixTests
{
    public static TheoryData<string> Names => TopologyTests.Names;

    [Theory, MemberData(nameof(Names))]
    public void Metropolis_weights_are_symmetric_and_doubly_stochastic_to_the_bit(string name)
    {
        for (int size = 1; size <= 33; size++)
        {
            double[,] w = MixingMatrix.Metropolis(TopologyTests.Symmetric.Single(one => one.Name == name).Make(size)).ToDense();
            for (int i = 0; i < w.GetLength(0); i++)
            {
                Assert.Equal(1.0, Row(w, i).Sum());
                Assert.Equal(1.0, Column(w, i).Sum());
                Assert.Equal(Row(w, i), Column(w, i));
                Assert.All(Row(w, i), weight => Assert.True(weight >= 0 && weight == (float)weight));
            }
        }
    }

    [Fact]
    public void Push_weights_are_column_stochastic_to_the_bit_and_on_uneven_graphs_not_more()
    {
        for (int size = 1; size <= 33; size++)
        {
            foreach (Topology graph in new[] { Topology.DirectedRing(size), Topology.RotatingExponential(size, 1, 3), Topology.Tree(size), Topology.Star(size) })
            {
                double[,] w = MixingMatrix.Push(graph).ToDense();
                for (int j = 0; j < size; j++) Assert.Equal(1.0, Column(w, j).Sum());
            }
        }
        Assert.NotEqual(1.0, Row(MixingMatrix.Push(Topology.Star(5)).ToDense(), 0).Sum());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(64)]
    public void One_peer_of_a_power_of_two_averages_exactly_after_as_many_rounds_as_its_exponent(int size)
    {
        double[] x = [.. Enumerable.Range(0, size).Select(rank => (double)rank * rank)];
        double mean = x.Average();
        for (int round = 0; 1 << round < size; round++) x = Mix(MixingMatrix.Push(Topology.RotatingExponential(size, 1, round)), x);
        Assert.All(x, value => Assert.Equal(mean, value, 1e-9));
    }

    // A ring's eigenvalues are 1/3 + 2/3 cos(2πk/n); everybody with everybody is one average.
    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(25)]
    public void The_spectral_gap_is_that_of_the_formula(int size)
    {
        double ring = Enumerable.Range(1, size - 1).Max(k => Math.Abs(1 + 2 * Math.Cos(2 * Math.PI * k / size)) / 3);
        Assert.Equal(1 - ring, MixingMatrix.Metropolis(Topology.Ring(size)).SpectralGap(), 1e-6);
        Assert.Equal(1, MixingMatrix.Metropolis(Topology.Complete(size)).SpectralGap(), 1e-6);
    }

    // As the page of gossip says.
    [Theory]
    [InlineData("ring", 0.051)]
    [InlineData("torus", 0.4)]
    [InlineData("exponential", 0.5)]
    [InlineData("tree", 0.022)]
    [InlineData("star", 0.0625)]
    [InlineData("complete", 1)]
    [InlineData("sites", 0.077)]
    public void The_page_gives_the_gap_of_sixteen_workers(string name, double gap)
    {
        Topology topology = name switch
        {
            "ring" => Topology.Ring(16),
            "torus" => Topology.Torus(4, 4),
            "exponential" => Topology.Exponential(16),
            "tree" => Topology.Tree(16),
            "star" => Topology.Star(16),
            "complete" => Topology.Complete(16),
            _ => Topology.Sites(16, 4),
        };
        Assert.Equal(gap, MixingMatrix.Metropolis(topology).SpectralGap(), 5e-4);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_round_keeps_the_mean_and_brings_everybody_nearer_to_it_by_the_gap_at_least(string name)
    {
        foreach (int size in new[] { 5, 12, 21 })
        {
            MixingMatrix matrix = MixingMatrix.Metropolis(TopologyTests.Symmetric.Single(one => one.Name == name).Make(size));
            double[] x = [.. Enumerable.Range(0, matrix.Size).Select(rank => Math.Cos(3 * rank) + rank)];
            double mean = x.Average(), gap = matrix.SpectralGap();
            for (int round = 0; round < 20; round++)
            {
                double before = Distance(x, mean);
                x = Mix(matrix, x);
                Assert.Equal(mean, x.Average(), 1e-9);
                Assert.True(Distance(x, mean) <= (1 - gap) * before + 1e-6);
            }
        }
    }

    internal static double[] Mix(MixingMatrix matrix, double[] x) => [.. Enumerable.Range(0, x.Length).Select(rank =>
    {
        MixingRow row = matrix.RowOf(rank);
        return row.Sources.Zip(row.Weights, (source, weight) => weight * x[source]).Sum();
    })];

    private static double Distance(double[] x, double mean) => Math.Sqrt(x.Sum(value => (value - mean) * (value - mean)));

    private static IEnumerable<double> Row(double[,] w, int i) => Enumerable.Range(0, w.GetLength(1)).Select(j => w[i, j]);

    private static IEnumerable<double> Column(double[,] w, int j) => Enumerable.Range(0, w.GetLength(0)).Select(i => w[i, j]);
}
