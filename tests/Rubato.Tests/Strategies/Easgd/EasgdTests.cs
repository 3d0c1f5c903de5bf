using Rubato.Strategies.Easgd;
using Rubato.Training;

namespace Rubato.Tests.Strategies.Easgd;

public class EasgdTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 7)]
    [InlineData(7, 17)]
    public void Pulls_alone_keep_the_sum_of_replicas_and_centre_and_shrink_the_spread(int workers, int length)
    {
        EasgdStrategy[] all = [.. Enumerable.Range(0, workers).Select(_ => new EasgdStrategy(new EasgdOptions()))];
        float[] start = [.. Enumerable.Range(0, length).Select(j => 0.1f * j)];
        foreach (EasgdStrategy one in all) one.Begin(start);
        float[][] x = [.. Enumerable.Range(0, workers).Select(p => start.Select((value, j) => value + MathF.Sin(2 * p + j + 1)).ToArray())];
        double[] sum = Sums();
        double spread = Spread();
        for (int round = 0; round < 20; round++)
        {
            float[] mean = [.. Enumerable.Range(0, length).Select(j => x.Average(one => one[j]))];
            for (int p = 0; p < workers; p++) all[p].Pull(x[p], mean, workers);

            double[] after = Sums();
            for (int j = 0; j < length; j++) Assert.Equal(sum[j], after[j], 1e-5);
            Assert.True(Spread() <= spread + 1e-9);
            Assert.True(length == 0 || Spread() < spread);
            spread = Spread();
            Assert.All(all, one => Assert.Equal(Centre(all[0]), Centre(one)));
        }

        double[] Sums() => [.. Enumerable.Range(0, length).Select(j => x.Sum(one => (double)one[j]) + Centre(all[0])[j])];

        double Spread() => Enumerable.Range(0, length).Sum(j =>
        {
            double[] values = [.. x.Select(one => (double)one[j]), Centre(all[0])[j]];
            double middle = values.Average();
            return values.Sum(value => (value - middle) * (value - middle));
        });
    }

    [Fact]
    public void One_worker_with_whole_elasticity_and_period_1_leaves_its_replica_in_the_centre_and_goes_to_where_that_was()
    {
        var strategy = new EasgdStrategy(new EasgdOptions { Elasticity = 1, Period = 1 });
        strategy.Begin([1f, 2f]);
        float[] x = [3f, 5f];

        strategy.Pull(x, [3f, 5f], workers: 1);

        Assert.Equal([1f, 2f], x);
        Assert.Equal([3f, 5f], Centre(strategy));
    }

    // With a power of two of workers the mean of equal centres is the centre to the bit.
    [Fact]
    public void The_model_that_is_examined_is_the_centre()
    {
        TestRun run = TestCluster.Train(new TestJob("easgd:period=2") { Workers = 4, Batches = 40 });

        Assert.Equal(run.States["worker-0"].Fields.Single(field => field.Name == "centre").Vector!, run.Model);
        Assert.NotNull(run.States["worker-0-replica"].FirstDifference(run.States["worker-1-replica"]));
    }

    [Fact]
    public void Nobody_hears_of_the_others_before_the_first_period_ends()
    {
        var job = new TestJob("easgd:period=4") { Workers = 3, Batches = 3 * 3 };
        TestRun elastic = TestCluster.Train(job), alone = TestCluster.Train(job with { Strategy = "local-sgd:period=1000" });

        for (int rank = 0; rank < 3; rank++)
            Assert.Null(alone.States[$"worker-{rank}-replica"].FirstDifference(elastic.States[$"worker-{rank}-replica"]));
    }

    private static float[] Centre(EasgdStrategy strategy) => StateSnapshot.Of(strategy).Fields.Single(field => field.Name == "centre").Vector!;
}
