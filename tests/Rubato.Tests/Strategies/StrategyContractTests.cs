namespace Rubato.Tests.Strategies;

/// <summary>What every strategy owes, one row a strategy.</summary>
public class StrategyContractTests
{
    private static readonly Func<int, string>[] Strategies =
    [
        _ => "all-reduce",
        _ => "backup-workers:backup=0",
        _ => "backup-workers:backup=0,servers=3",
        workers => $"backup-workers:backup={Math.Min(1, workers - 1)}",
        workers => $"backup-workers:backup={Math.Min(2, workers - 1)},servers=3",
        _ => "async",
        _ => "async:servers=2,scale=fixed",
        _ => "ssp:bound=0",
        _ => "ssp:bound=0,servers=2",
        _ => "ssp:bound=2",
        _ => "grouped:groups=1",
        workers => $"grouped:groups={Math.Min(2, workers)}",
        workers => $"grouped:groups={Math.Min(2, workers)},membership=round-robin,servers=3",
        workers => $"grouped:groups={Math.Min(3, workers)},membership=speed-sorted",
        workers => $"grouped:groups={Math.Min(2, workers)},membership=speed-sorted,servers=2,staleness-cap=2",
        workers => $"grouped:groups={workers}",
    ];

    public static TheoryData<string, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int>();
            foreach (int workers in new[] { 1, 2, 3, 7 })
                foreach (string strategy in Strategies.Select(strategy => strategy(workers)).Distinct())
                    foreach (int length in new[] { 0, 1, 13 }) cases.Add(strategy, workers, length);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_budget_is_applied_and_the_run_ends(string strategy, int workers, int length)
    {
        TestRun run = TestCluster.Train(new TestJob(strategy) { Workers = workers, Length = length, Latency = 0.3 });

        Assert.InRange(run.Applied.Count, 42, 42 + workers - 1);
        Assert.All(run.Applied, applied => Assert.True(applied.Staleness >= 0));
        Assert.Equal(run.Computed, run.Applied.Count + run.Dropped.Count);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Replaying_a_seed_gives_the_same_bits(string strategy, int workers, int length)
    {
        var job = new TestJob(strategy) { Workers = workers, Length = length, Latency = 0.3 };

        TestRun first = TestCluster.Train(job), again = TestCluster.Train(job);

        Assert.Equal(first.Model, again.Model);
        Assert.Equal(first.Applied, again.Applied);
        Assert.Equal(first.Seconds, again.Seconds);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Training_gets_near_the_optimum(string strategy, int workers, int length)
    {
        TestRun run = TestCluster.Train(new TestJob(strategy.Replace(",scale=fixed", "", StringComparison.Ordinal))
        {
            Workers = workers,
            Length = length,
            Batches = 40L * workers,
            Momentum = 0,
        });

        Assert.All(run.Model, value => Assert.InRange(value, 0.6f, 1.4f));
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_resumed_run_goes_on_at_once_from_the_saved_model(string strategy, int workers, int length)
    {
        var job = new TestJob(strategy) { Workers = workers, Length = length, Batches = 6L * workers, Latency = 0.3 };
        TestRun half = TestCluster.Train(job);

        // Nobody may wait for anybody before everybody has started: that is how a real job starts.
        TestRun rest = TestCluster.Train(job with { Resume = half, Batches = 12L * workers, StartsTogether = true });

        Assert.True(rest.Applied.Count >= 6L * workers);
        if (length > 0) Assert.NotEqual(half.Model, rest.Model);
        Assert.All(half.States.Keys, key => Assert.Contains(key, rest.States.Keys));
    }
}
