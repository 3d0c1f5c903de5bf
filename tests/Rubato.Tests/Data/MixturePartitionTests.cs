using Rubato.Configuration;
using Rubato.Data;

namespace Rubato.Tests.Data;

public class MixturePartitionTests
{
    private const int Samples = 1000, Workers = 10, Draws = 20_000;

    private static readonly SampleSet Set = SampleSet.FromArrays(new float[Samples], new float[Samples], new SampleShape(1));

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(1)]
    public void A_worker_draws_from_its_own_stretch_as_often_as_asked(double own)
    {
        SampleDeal deal = Partition.Mixture(own).Deal(Set, Workers, seed: 3);
        double expected = own + (1 - own) / Workers;

        for (int worker = 0; worker < Workers; worker++)
        {
            double share = Row(deal, worker).Count(sample => sample / (Samples / Workers) == worker) / (double)Draws;
            Assert.InRange(share, expected - 0.015, expected + 0.015);
        }
    }

    // What all train on together is the whole set: the objective does not depend on the probability.
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void Over_all_workers_every_sample_is_drawn_alike(double own)
    {
        SampleDeal deal = Partition.Mixture(own).Deal(Set, Workers, seed: 4);
        var counts = new int[Samples];
        for (int worker = 0; worker < Workers; worker++)
            foreach (int sample in Row(deal, worker)) counts[sample]++;

        // The sum of squared distances over the mean is chi-squared with 999 degrees of freedom: 999 ± 45.
        double mean = (double)Workers * Draws / Samples;
        Assert.InRange(counts.Sum(count => (count - mean) * (count - mean) / mean), 999 - 5 * 45, 999 + 5 * 45);
    }

    // Workers whose streams were shifted copies of each other would draw the same samples again and again.
    [Fact]
    public void Workers_draw_independently_of_each_other()
    {
        SampleDeal deal = Partition.Mixture(0).Deal(Set, Workers, seed: 5);
        int distinct = Enumerable.Range(0, Workers).SelectMany(worker => Row(deal, worker).Take(100)).Distinct().Count();

        // 1 − 1/e of a thousand.
        Assert.InRange(distinct, 632 - 50, 632 + 50);
    }

    [Fact]
    public void Stretches_cover_sets_that_do_not_divide()
    {
        SampleDeal deal = Partition.Mixture(1).Deal(SampleSet.FromArrays(new float[7], new float[7], new SampleShape(1)), 3, seed: 1);

        Assert.Equal([3, 2, 2], Enumerable.Range(0, 3).Select(deal.PoolSize));
        Assert.Equal([[0, 1, 2], [3, 4], [5, 6]], Enumerable.Range(0, 3).Select(worker => Row(deal, worker).Distinct().Order().ToArray()));
        Assert.Contains("needs at least one", Assert.Throws<InvalidRequestException>(() => Partition.Mixture(1).Deal(Set, Samples + 1, 1)).Message, StringComparison.Ordinal);
    }

    private static int[] Row(SampleDeal deal, int worker)
    {
        var row = new int[Draws];
        deal.Read(worker, 0, row);
        return row;
    }
}
