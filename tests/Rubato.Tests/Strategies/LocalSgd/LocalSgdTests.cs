namespace Rubato.Tests.Strategies.LocalSgd;

public class LocalSgdTests
{
    public static TheoryData<int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, int>();
            foreach (int workers in new[] { 1, 2, 3, 7 })
                foreach (int period in new[] { 1, 2, 5, 100 }) sizes.Add(workers, period);
            return sizes;
        }
    }

    // All batches pull alike (their Hessian is 1), so averaging, which must not move the mean, is the only thing that could tell the two apart.
    [Theory, MemberData(nameof(Sizes))]
    public void Under_plain_sgd_on_a_quadratic_the_mean_of_the_replicas_is_all_reduce_whatever_the_period(int workers, int period)
    {
        var job = new TestJob($"local-sgd:period={period}") { Workers = workers, Batches = 12L * workers, Momentum = 0, Latency = 0.4 };

        TestRun run = TestCluster.Train(job), reference = TestCluster.Train(job with { Strategy = "all-reduce" });

        Assert.All(reference.Model.Zip(run.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void One_worker_is_its_optimizer_alone(int period)
    {
        var job = new TestJob($"local-sgd:period={period}") { Workers = 1, Batches = 12 };

        Assert.Equal(TestCluster.Train(job with { Strategy = "all-reduce" }).Model, TestCluster.Train(job).Model);
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Replicas_are_equal_after_every_period_and_at_no_other_time(int workers, int period)
    {
        for (int steps = 1; steps <= 6; steps++)
        {
            TestRun run = TestCluster.Train(new TestJob($"local-sgd:period={period}") { Workers = workers, Batches = (long)steps * workers });

            for (int rank = 1; rank < workers; rank++)
            {
                string? difference = run.States["worker-0-replica"].FirstDifference(run.States[$"worker-{rank}-replica"]);
                Assert.Equal(steps % period == 0, difference is null);
            }
        }
    }

    [Fact]
    public void Buffers_of_the_optimizer_stay_on_their_worker()
    {
        TestRun run = TestCluster.Train(new TestJob("local-sgd:period=3") { Workers = 2, Batches = 12 });

        Assert.NotNull(run.States["optimizer-0"].FirstDifference(run.States["optimizer-1"]));
    }
}
