namespace Rubato.Tests.Strategies;

/// <summary>Who waits for whom, in virtual time: exact, so that it may be asserted.</summary>
public class TimeLawTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(2, 3)]
    [InlineData(4, 3)]
    [InlineData(8, 3)]
    public void A_straggler_slows_its_own_group_only(int groups, double delay)
    {
        var job = new TestJob($"grouped:groups={groups}") { Workers = 8, Length = 1, Batches = 1600, StepTime = (_, _) => 1 };

        double even = TestCluster.Train(job).FilledSeconds;
        double slowed = TestCluster.Train(job with { StepTime = (worker, _) => worker == 3 ? 1 + delay : 1 }).FilledSeconds;

        // G / ((G − 1) + 1/(1 + D))
        Assert.Equal(groups / (groups - 1 + 1 / (1 + delay)), slowed / even, 0.05);
    }

    [Fact]
    public void A_backup_worker_hides_one_straggler()
    {
        var job = new TestJob("backup-workers:backup=1") { Workers = 8, Length = 1, Batches = 700, StepTime = (worker, _) => worker == 3 ? 4 : 1 };

        TestRun run = TestCluster.Train(job);

        Assert.Equal(100, run.FilledSeconds, 1.0);
        Assert.DoesNotContain(run.Applied, applied => applied.Worker == 3);
    }

    [Fact]
    public void A_frozen_group_holds_up_nobody_else()
    {
        TestRun run = TestCluster.Train(new TestJob("grouped:groups=4")
        {
            Workers = 8,
            Batches = 600,
            StepTime = (worker, _) => worker == 5 ? 90_000 : 1,
        });

        Assert.True(run.FilledSeconds < 120, $"The others took {run.FilledSeconds} s.");
        Assert.DoesNotContain(run.Applied, applied => applied.Worker is 4 or 5);
    }

    [Theory]
    [InlineData("async")]
    [InlineData("backup-workers:backup=1")]
    [InlineData("backup-workers:backup=1,servers=2")]
    [InlineData("grouped:groups=4")]
    public void A_stopped_and_continued_worker_is_only_slow(string strategy)
    {
        TestRun run = TestCluster.Train(new TestJob(strategy) { Workers = 4, Batches = 120, Frozen = (2, 5, 500), Latency = 0.01 });

        Assert.True(run.FilledSeconds < 60, $"The others waited for it: {run.FilledSeconds} s.");
        Assert.True(run.Seconds >= 500);
        Assert.Equal(run.Computed, run.Applied.Count + run.Dropped.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Ssp_workers_are_never_more_than_the_bound_apart(int bound)
    {
        const int Workers = 5;
        var completed = new long[Workers];
        long widest = 0;
        TestCluster.Train(new TestJob($"ssp:bound={bound}")
        {
            Workers = Workers,
            Batches = 300,
            Latency = 0.2,
            Finished = (worker, step) => completed[worker] = step,
            StepTime = (worker, step) =>
            {
                widest = Math.Max(widest, step - 1 - completed.Min());
                return worker == 2 ? 7 : 1;
            },
        });

        // Clock c starts when every other has completed clock c − s − 1, and the fast ones do come that far.
        Assert.Equal(bound, widest);
    }

    [Fact]
    public void A_looser_bound_hides_more_of_passing_slowness()
    {
        double[] seconds = [.. new[] { 0, 1, 4, 16 }.Select(bound => TestCluster.Train(new TestJob($"ssp:bound={bound}")
        {
            Workers = 8,
            Length = 1,
            Batches = 1600,
            StepTime = (worker, step) => (worker * 7 + step * 3) % 20 == 0 ? 6 : 1,
        }).FilledSeconds)];

        Assert.Equal(seconds.OrderDescending(), seconds);
        Assert.True(seconds[3] < 0.6 * seconds[0], string.Join(", ", seconds));
    }

    [Fact]
    public void Sorting_by_speed_gathers_the_slow_workers_in_one_group()
    {
        var job = new TestJob("grouped:groups=4")
        {
            Workers = 8,
            Batches = 1600,
            StepTime = (worker, step) => (worker is 1 or 6 ? 4 : 1) + 0.001 * worker + 0.0001 * (step % 7),
            Latency = 0.01,
        };

        TestRun contiguous = TestCluster.Train(job);
        TestRun sorted = TestCluster.Train(job with { Strategy = "grouped:groups=4,membership=speed-sorted" });

        // Two of four groups slowed against one of four: 4/(2 + 2/4) against 4/(3 + 1/4).
        Assert.Equal(1.6 / (4 / 3.25), contiguous.FilledSeconds / sorted.FilledSeconds, 0.06);
        Assert.True(sorted.Dropped.Count < 2 * 8, $"{sorted.Dropped.Count} gradients were dropped while groups were formed.");
    }
}
