using Rubato.Configuration;
using Rubato.Numerics;
using Rubato.Strategies;
using Rubato.Strategies.Easgd;

namespace Rubato.Tests.Strategies.Easgd;

public class EasgdTests
{
    [Theory]
    [InlineData(1, 0.5f)]
    [InlineData(3, 0.3f)]
    [InlineData(16, 0.05625f)]
    public void A_meeting_keeps_the_sum_of_replicas_and_centre_and_brings_them_together(int workers, float alpha)
    {
        const int Length = 13;
        var random = RandomStream.Create(5, "replicas");
        float[] Draw() => [.. Enumerable.Range(0, Length).Select(_ => (float)random.NextNormal())];
        float[][] replicas = [.. Enumerable.Range(0, workers).Select(_ => Draw())];
        float[] centre = Draw(), mean = new float[Length], distance = new float[Length];
        double[] before = Sums(replicas, centre);
        double spread = SpreadOf(replicas, centre);

        for (int rank = 0; rank < workers; rank++)
        {
            ElasticBand.PullReplica(replicas[rank], centre, alpha, distance);
            RankOrderedMean.Accumulate(mean, distance, rank);
        }
        RankOrderedMean.Finish(mean, workers);
        ElasticBand.PullCentre(centre, mean, alpha * workers);

        Assert.All(before.Zip(Sums(replicas, centre)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.True(SpreadOf(replicas, centre) < spread);
    }

    [Fact]
    public void An_exchange_keeps_the_sum_of_both_ends()
    {
        float[] x = [1, -2, 0.5f], centre = [0, 4, 0.5f], force = new float[3];

        ElasticBand.PullBoth(centre, x, 0.25f, force);

        Assert.Equal([0.25f, -1.5f, 0], force);
        Assert.Equal([0.25f, 2.5f, 0.5f], centre);
        Assert.Equal(x.Zip(force, (own, taken) => own - taken), [0.75f, -0.5f, 0.5f]);
    }

    // Every gradient pulls at x alike (the Hessian is 1), so the sum of all replicas and the centre contracts as if there were no bands, but for the
    // part of it that the centre holds, on which no gradient acts.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Until_the_first_meeting_and_through_it_the_sum_of_replicas_and_centre_is_that_of_workers_alone(int workers)
    {
        const int Period = 4;
        var job = new TestJob($"easgd:period={Period}") { Workers = workers, Batches = (long)Period * workers, Momentum = 0 };

        TestRun run = TestCluster.Train(job), alone = TestCluster.Train(job with { Strategy = $"local-sgd:period={Period}" });

        for (int j = 0; j < job.Length; j++)
        {
            float start = 0.1f * j - 0.7f;
            double sum = Enumerable.Range(0, workers).Sum(rank => (double)run.States[$"worker-{rank}-replica"].Fields.Single().Vector![j]) + run.Model[j];
            Assert.Equal(workers * (double)alone.Model[j] + start, sum, 1e-5);
            Assert.NotEqual(start, run.Model[j]);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void The_centre_is_the_same_on_every_worker_to_the_bit_and_replicas_are_not(int workers)
    {
        TestRun run = TestCluster.Train(new TestJob("easgd:period=2") { Workers = workers, Batches = 7L * workers, Latency = 0.3 });

        for (int rank = 1; rank < workers; rank++)
        {
            Assert.Null(run.States["worker-0"].FirstDifference(run.States[$"worker-{rank}"]));
            Assert.NotNull(run.States["worker-0-replica"].FirstDifference(run.States[$"worker-{rank}-replica"]));
        }
        Assert.Equal(run.States["worker-0"].Fields.Single().Vector, run.Model);
    }

    [Fact]
    public void Alone_a_worker_on_its_band_lags_behind_plain_steps()
    {
        TestRun plain = TestCluster.Train(new TestJob("all-reduce") { Workers = 1, Batches = 20, Momentum = 0 });
        foreach (string strategy in new[] { "easgd:period=1,alpha=0.5", "easgd:period=1,alpha=0.5,mode=asynchronous" })
        {
            TestRun run = TestCluster.Train(new TestJob(strategy) { Workers = 1, Batches = 20, Momentum = 0 });

            Assert.All(plain.Model.Zip(run.Model).Index(), pair => Assert.InRange(pair.Item.Second, (0.1f * pair.Index) - 0.7f, pair.Item.First + 0.2f));
            Assert.True(run.Model.Average() < plain.Model.Average());
        }
    }

    [Fact]
    public void A_slow_worker_slows_nobody_else_in_asynchronous_mode()
    {
        var job = new TestJob("easgd:period=2,mode=asynchronous") { Workers = 4, Batches = 200, Latency = 0.1, StepTime = (worker, _) => worker == 0 ? 10 : 1 };

        TestRun run = TestCluster.Train(job);

        Assert.All(run.StepsByWorker.Skip(1), steps => Assert.True(steps > 6 * run.StepsByWorker[0]));
    }

    [Theory]
    [InlineData("easgd:alpha=0.3", 4, "0.25")]
    [InlineData("easgd:servers=2", 4, "mode=asynchronous")]
    [InlineData("easgd:symmetric=true", 4, "mode=asynchronous")]
    [InlineData("easgd:symmetric=false", 4, "mode=asynchronous")]
    [InlineData("easgd:alpha=0", 4, "0.9/workers")]
    [InlineData("easgd:alpha=1.5,mode=asynchronous", 4, "0.9/workers")]
    public void What_does_not_fit_is_refused_with_the_fix(string strategy, int workers, string fix)
    {
        var refusal = Assert.Throws<InvalidRequestException>(() => StrategyCatalog.All.Create(Specification.Parse(strategy)).Validate(workers));

        Assert.Contains(fix, refusal.Message, StringComparison.Ordinal);
    }

    private static double[] Sums(float[][] replicas, float[] centre) =>
        [.. centre.Select((own, j) => own + replicas.Sum(x => (double)x[j]))];

    private static double SpreadOf(float[][] replicas, float[] centre) =>
        replicas.Sum(x => x.Zip(centre, (one, other) => (double)(one - other) * (one - other)).Sum());
}
