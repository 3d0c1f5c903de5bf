using Rubato.Numerics;

namespace Rubato.Tests.Strategies.ModelAveraging;

public class ModelAveragingTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(7, 5)]
    public void All_the_way_to_the_mean_is_local_sgd_to_the_bit(int workers, int period)
    {
        var job = new TestJob($"model-averaging:period={period},alpha=1") { Workers = workers, Batches = 12L * workers, Latency = 0.3 };

        Assert.Equal(TestCluster.Train(job with { Strategy = $"local-sgd:period={period}" }).Model, TestCluster.Train(job).Model);
    }

    [Theory]
    [InlineData(0.25f)]
    [InlineData(0.5f)]
    public void A_meeting_leaves_the_mean_and_takes_alpha_off_the_spread(float alpha)
    {
        const int Workers = 4;
        var job = new TestJob("local-sgd:period=6") { Workers = Workers, Batches = 5 * Workers, Momentum = 0 };
        // The sixth step is the same for both, so what is left of the spread after it is the meeting's doing.
        TestRun apart = TestCluster.Train(job with { Strategy = "local-sgd:period=100", Batches = 6 * Workers });
        TestRun met = TestCluster.Train(job with { Strategy = FormattableString.Invariant($"model-averaging:period=6,alpha={alpha}"), Batches = 6 * Workers });

        Assert.All(apart.Model.Zip(met.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.Equal((1 - alpha) * Spread(apart), Spread(met), 1e-5);
    }

    private static double Spread(TestRun run)
    {
        float[][] replicas = [.. Enumerable.Range(0, 4).Select(rank => run.States[$"worker-{rank}-replica"].Fields.Single().Vector!)];
        var mean = new float[replicas[0].Length];
        for (int rank = 0; rank < replicas.Length; rank++) RankOrderedMean.Accumulate(mean, replicas[rank], rank);
        RankOrderedMean.Finish(mean, replicas.Length);
        return Math.Sqrt(replicas.Sum(x => x.Zip(mean, (one, middle) => (double)(one - middle) * (one - middle)).Sum()));
    }
}
