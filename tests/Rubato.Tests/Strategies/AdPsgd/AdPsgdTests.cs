using Rubato.Strategies.AdPsgd;

namespace Rubato.Tests.Strategies.AdPsgd;

public class AdPsgdTests
{
    [Fact]
    public void Twice_the_mean_is_the_sum_to_the_bit()
    {
        float[] x = [1f / 3, -7.1f, 1e-30f, 3e8f], y = [0.1f, 2.3f, 5f, -1f];
        float[] mean = [.. x];

        AveragingService.Average(mean, y);

        for (int j = 0; j < x.Length; j++) Assert.Equal(x[j] + y[j], mean[j] + mean[j]);
    }

    [Theory]
    [InlineData("ad-psgd", 8)]
    [InlineData("ad-psgd:topology=complete", 7)]
    public void A_slow_worker_slows_nobody_else(string strategy, int workers)
    {
        var job = new TestJob(strategy) { Workers = workers, Batches = 400, Latency = 0.3, StepTime = (_, _) => 1 };
        TestRun even = TestCluster.Train(job);
        foreach (int slow in new[] { 0, 1 })
        {
            TestRun uneven = TestCluster.Train(job with { StepTime = (worker, _) => worker == slow ? 10 : 1 });

            double usual = even.StepsByWorker.Where((_, worker) => worker != slow).Average() / even.FilledSeconds;
            double now = uneven.StepsByWorker.Where((_, worker) => worker != slow).Average() / uneven.FilledSeconds;
            Assert.InRange(now, 0.95 * usual, 1.05 * usual);
        }
    }

    // Batches that all workers see in the same order, applied one by one to replicas that averages alone may bring together.
    [Fact]
    public void Averages_bring_the_replicas_together_and_keep_their_mean()
    {
        var job = new TestJob("ad-psgd") { Workers = 6, Batches = 600, Momentum = 0 };

        TestRun run = TestCluster.Train(job);

        float[][] replicas = [.. Enumerable.Range(0, 6).Select(rank => run.States[$"worker-{rank}-replica"].Fields.Single().Vector!)];
        for (int j = 0; j < job.Length; j++)
        {
            Assert.InRange(replicas.Max(x => x[j]) - replicas.Min(x => x[j]), 1e-6, 0.1);
            Assert.InRange(run.Model[j], 0.95f, 1.05f);
        }
    }

    // In a star the others ask and worker 0 answers: four averages while it computes.
    [Fact]
    public void Staleness_counts_the_averages_between_reading_and_applying()
    {
        TestRun alone = TestCluster.Train(new TestJob("ad-psgd") { Workers = 1 });
        TestRun run = TestCluster.Train(new TestJob("ad-psgd:topology=star") { Workers = 5, Batches = 100 });

        Assert.All(alone.Applied, applied => Assert.Equal(0, applied.Staleness));
        Assert.All(run.Applied.Where(applied => applied.Worker > 0), applied => Assert.Equal(1, applied.Staleness));
        Assert.InRange(run.Applied.Where(applied => applied.Worker == 0).Average(applied => applied.Staleness), 3, 5);
    }

    // On a ring of four two ask, one of their two neighbours in every step, and two answer.
    [Fact]
    public void A_checkpoint_holds_how_many_partners_have_been_drawn()
    {
        var job = new TestJob("ad-psgd") { Workers = 4, Batches = 0 };
        TestRun before = TestCluster.Train(job), after = TestCluster.Train(job with { Batches = 40 });

        Assert.Equal(["partners/key", "partners/position"], after.States["worker-0"].Fields.Select(field => field.Name));
        Assert.Equal(2, Enumerable.Range(0, 4).Count(rank => before.States[$"worker-{rank}"].FirstDifference(after.States[$"worker-{rank}"]) is not null));
    }

    [Fact]
    public void No_number_of_workers_is_a_deadlock()
    {
        for (int workers = 1; workers <= 17; workers++)
        {
            TestRun run = TestCluster.Train(new TestJob("ad-psgd:topology=exponential")
            {
                Workers = workers,
                Length = 3,
                Batches = 20L * workers,
                Latency = 0.9,
                StepTime = (worker, step) => 0.2 + (worker * 7 + step * 3) % 5,
            });
            Assert.True(run.Applied.Count >= 20L * workers);
        }
    }
}
