namespace Rubato.Tests.Strategies;

/// <summary>The ledger tells the truth: a serial replay of its lines, stale gradients and all, gives the run's own bits.</summary>
public class LedgerLawTests
{
    private static readonly Func<int, long, double> Uneven = (worker, step) => 1 + worker % 3 * 0.37 + (worker == 1 ? 3 : 0) + step % 4 * 0.11;

    [Theory]
    [InlineData("async", 1)]
    [InlineData("async", 7)]
    [InlineData("ssp:bound=1", 4)]
    [InlineData("ssp:bound=8", 7)]
    [InlineData("grouped:groups=7", 7)]
    public void Every_push_is_one_update_of_its_own_staleness(string strategy, int workers)
    {
        var job = new TestJob(strategy) { Workers = workers, Batches = 100, StepTime = Uneven };

        TestRun run = TestCluster.Train(job);

        Assert.Equal(Replay.Follow(job, run.Applied, _ => 1), run.Model);
    }

    // Before the first division is made: four steps a worker by count, three by time.
    [Theory]
    [InlineData("grouped:groups=2,membership=speed-sorted", 4, 15, 1)]
    [InlineData("grouped:groups=2,membership=speed-sorted,servers=3", 4, 15, 1)]
    [InlineData("grouped:groups=auto", 7, 20, 1)]
    [InlineData("grouped:groups=auto,staleness-limit=1", 6, 15, 3)]
    public void Groups_that_are_not_formed_by_speed_yet_tell_their_staleness_too(string strategy, int workers, int batches, int group)
    {
        var job = new TestJob(strategy) { Workers = workers, Batches = batches, StepTime = Uneven };

        TestRun run = TestCluster.Train(job);

        Assert.Contains(run.Applied, applied => applied.Staleness > 0);
        Assert.Equal(Replay.Follow(job, run.Applied, _ => group), run.Model);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(2, 3)]
    [InlineData(6, 2)]
    public void Backup_updates_are_means_of_n_gradients_of_one_version_on_any_number_of_shards(int backup, int servers)
    {
        int needed = 7 - backup;
        for (ulong seed = 1; seed <= 8; seed++)
        {
            var job = new TestJob($"backup-workers:backup={backup},servers={servers}")
            {
                Workers = 7,
                Batches = 20L * needed,
                StepTime = Uneven,
                Latency = 1.5,
                Seed = seed,
            };

            TestRun run = TestCluster.Train(job);

            Assert.Equal(20 * needed, run.Applied.Count);
            Assert.NotEmpty(run.Dropped);
            Assert.All(run.Applied, applied => Assert.Equal(0, applied.Staleness));
            Assert.Equal(run.Computed, run.Applied.Count + run.Dropped.Count);
            Assert.Equal(Replay.Follow(job, run.Applied, _ => needed), run.Model);
        }
    }

    [Fact]
    public void A_worker_that_dies_half_way_through_a_push_tears_no_update()
    {
        for (int moment = 0; moment < 80; moment++)
        {
            var job = new TestJob("backup-workers:backup=2,servers=3")
            {
                Workers = 5,
                Batches = 60,
                StepTime = Uneven,
                Latency = 1.5,
                Seed = (ulong)moment,
                Kills = [(moment % 5, 0.21 * moment), ((moment + 2) % 5, 0.3 * moment)],
            };

            TestRun run = TestCluster.Train(job);

            Assert.Equal(Replay.Follow(job, run.Applied, _ => 3), run.Model);
        }
    }

    [Theory]
    [InlineData("grouped:groups=2", 6)]
    [InlineData("grouped:groups=3", 6)]
    [InlineData("grouped:groups=2,staleness-cap=1", 6)]
    public void Group_updates_are_means_of_one_gradient_a_member(string strategy, int workers)
    {
        var job = new TestJob(strategy) { Workers = workers, Batches = 120, StepTime = Uneven };
        int size = workers / int.Parse(strategy.Split("groups=")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);

        TestRun run = TestCluster.Train(job);

        Assert.Equal(Replay.Follow(job, run.Applied, _ => size), run.Model);
        for (int i = 0; i < run.Applied.Count; i += size)
            Assert.Equal(Enumerable.Range(run.Applied[i].Worker, size), run.Applied.Skip(i).Take(size).Select(applied => applied.Worker));
    }

    [Fact]
    public void As_many_groups_as_workers_behave_as_async()
    {
        var job = new TestJob("async") { Workers = 5, Batches = 100, StepTime = Uneven };

        TestRun async = TestCluster.Train(job), grouped = TestCluster.Train(job with { Strategy = "grouped:groups=5" });

        Assert.Equal(async.Model, grouped.Model);
        Assert.Equal(async.Applied, grouped.Applied);
    }

    [Theory]
    [InlineData("async", 7, 6)]
    [InlineData("grouped:groups=2", 8, 1)]
    [InlineData("grouped:groups=4", 8, 3)]
    [InlineData("grouped:groups=4,servers=2", 8, 3)]
    public void Mean_staleness_is_at_most_the_others_and_tends_to_it(string strategy, int workers, int others)
    {
        TestRun run = TestCluster.Train(new TestJob(strategy) { Workers = workers, Batches = 2000, StepTime = Uneven });

        Assert.InRange(run.Applied.Average(applied => applied.Staleness), 0.95 * others, others);
    }

    [Theory]
    [InlineData("grouped:groups=4,staleness-cap=3")]
    [InlineData("grouped:groups=4,staleness-cap=3,servers=3")]
    public void No_applied_update_exceeds_the_cap_and_refused_ones_are_counted(string strategy)
    {
        TestRun run = TestCluster.Train(new TestJob(strategy) { Workers = 8, Batches = 800, StepTime = Uneven, Latency = 0.1 });

        Assert.InRange(run.Applied.Max(applied => applied.Staleness), 1, 3);
        Assert.True(run.Dropped.Count > 20, $"Only {run.Dropped.Count} gradients were refused, so the cap was hardly tried.");
        Assert.Equal(run.Computed, run.Applied.Count + run.Dropped.Count);
    }

    [Fact]
    public void With_a_cap_the_shards_of_the_centre_agree()
    {
        var job = new TestJob("grouped:groups=4,staleness-cap=3,servers=3") { Workers = 8, Batches = 400, StepTime = Uneven };

        TestRun run = TestCluster.Train(job);

        Assert.Equal(Replay.Follow(job, run.Applied, _ => 2), run.Model);
    }
}
