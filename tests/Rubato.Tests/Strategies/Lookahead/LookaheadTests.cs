namespace Rubato.Tests.Strategies.Lookahead;

public class LookaheadTests
{
    [Theory]
    [InlineData(1, 0.5f)]
    [InlineData(3, 0.8f)]
    public void One_worker_is_lookahead_as_published(int period, float rate)
    {
        var job = new TestJob(FormattableString.Invariant($"lookahead:period={period},slow-rate={rate}")) { Workers = 1, Batches = 10 };
        float[] fast = [.. Enumerable.Range(0, job.Length).Select(j => 0.1f * j - 0.7f)], slow = [.. fast], gradient = new float[job.Length];
        var optimizer = new MomentumSgd(job.Length, job.Momentum);
        for (int step = 1; step <= job.Batches; step++)
        {
            TestWorker.GradientOf(job.Seed, step - 1, fast, gradient);
            optimizer.Step(fast, gradient, TestCluster.LearningRateAt((step - 1) * job.BatchSize));
            if (step % period != 0) continue;
            for (int j = 0; j < fast.Length; j++) fast[j] = slow[j] += rate * (fast[j] - slow[j]);
        }

        Assert.All(fast.Zip(TestCluster.Train(job).Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void At_slow_rate_1_it_is_local_sgd_to_the_bit()
    {
        var job = new TestJob("lookahead:period=3,slow-rate=1") { Batches = 30 };

        Assert.Equal(TestCluster.Train(job with { Strategy = "local-sgd:period=3" }).Model, TestCluster.Train(job).Model);
    }
}
