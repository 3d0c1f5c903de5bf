using Rubato.Numerics;
using Rubato.Strategies;
using Rubato.Strategies.Grouped;
using Rubato.Training;

namespace Rubato.Tests.Strategies.Grouped;

public class AdaptiveGroupingTests
{
    [Fact]
    public void It_divides_when_somebody_is_slow_and_joins_when_nobody_is()
    {
        var grouping = new AdaptiveGrouping(4, new GroupPlanner(4, 0.01), [0, 1, 2, 3], stalenessLimit: 7);

        List<string> before = Rounds(grouping, 4, [1, 1, 1, 1]);
        Assert.All(grouping.GroupOf, group => Assert.Equal(0, group));
        List<string> slow = Rounds(grouping, 6, [1, 1, 5, 1]);
        Assert.Equal([1, 1, 0, 1], grouping.GroupOf);
        List<string> after = Rounds(grouping, 16, [1, 1, 1, 1]);
        Assert.All(grouping.GroupOf, group => Assert.Equal(0, group));

        Assert.Contains("generation 1: 1 group (4 × 1000 ms), 1000 ms per useful update", Assert.Single(before), StringComparison.Ordinal);
        Assert.Contains("2 groups (1 × ", slow[0], StringComparison.Ordinal);
        Assert.Contains(": 1 group (", after[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_that_saves_little_is_not_made()
    {
        var grouping = new AdaptiveGrouping(8, new GroupPlanner(8, 0.01), [0, 1, 2, 3, 4, 5, 6, 7], stalenessLimit: 7);
        Rounds(grouping, 4, [1, 1, 1, 1, 1, 1, 1, 1]);

        Assert.Empty(Rounds(grouping, 20, [1.02, 1, 1, 1, 1, 1, 1, 1]));
        Assert.Equal(1, grouping.Generation);
    }

    [Fact]
    public void Steps_that_are_slow_by_chance_make_it_patient_and_calm_makes_it_quick_again()
    {
        const int Workers = 8;
        var grouping = new AdaptiveGrouping(Workers, new GroupPlanner(Workers, 0.01), [0, 1, 2, 3, 4, 5, 6, 7], stalenessLimit: 7);
        RandomStream random = RandomStream.Create(1, "slow steps");
        int[] changes = [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, 100).Sum(_ => Rounds(grouping, 1, SlowByChance()).Count))];

        // Every window shows a better division; there were a dozen changes in each hundred rounds when none was waited for.
        Assert.InRange(changes[0], 2, 8);
        Assert.All(changes[1..], inHundredRounds => Assert.InRange(inHundredRounds, 0, 4));

        Rounds(grouping, 400, [1, 1, 1, 1, 1, 1, 1, 1]);
        Assert.All(grouping.GroupOf, group => Assert.Equal(0, group));
        Assert.NotEmpty(Rounds(grouping, 6, [1, 1, 5, 1, 1, 1, 1, 1]));
        Assert.Equal([1, 1, 0, 1, 1, 1, 1, 1], grouping.GroupOf);

        double[] SlowByChance() => [.. Enumerable.Range(0, Workers).Select(_ => random.NextDouble() < 0.1 ? 4.0 : 1)];
    }

    [Fact]
    public void Nothing_is_decided_about_workers_that_were_hardly_heard_of()
    {
        var grouping = new AdaptiveGrouping(3, new GroupPlanner(3, 0.01), [0, 1, 2], stalenessLimit: 7);
        for (int round = 0; round < 5; round++)
        {
            grouping.Record(0, 1);
            grouping.Record(1, 1);
            if (round < 2) grouping.Record(2, 1);
            Assert.Null(grouping.Consider());
        }
        grouping.Lose(2);
        grouping.Record(0, 1);
        grouping.Record(1, 1);
        grouping.Record(1, 1);

        Assert.NotNull(grouping.Consider());
    }

    [Fact]
    public void Above_the_staleness_limit_it_joins_whether_that_pays_or_not()
    {
        double[] seconds = [1, 2, 4, 8];
        var grouping = new AdaptiveGrouping(4, new GroupPlanner(4, 0.01), [0, 1, 2, 3], stalenessLimit: 2);
        Rounds(grouping, AdaptiveGrouping.FewestTimes, seconds);
        Assert.Equal(4, grouping.GroupOf.Distinct().Count());

        grouping.Applied(samples: 100, staleness: 2);
        Assert.Empty(Rounds(grouping, 2 * AdaptiveGrouping.Window, seconds));
        grouping.Applied(samples: 1, staleness: 3);
        Assert.Contains("3 groups", Assert.Single(Rounds(grouping, 1, seconds)), StringComparison.Ordinal);
        // A change gets a window of rounds to show what it does.
        Assert.Empty(Rounds(grouping, AdaptiveGrouping.Window - 1, seconds));
        Assert.Contains("2 groups", Assert.Single(Rounds(grouping, 1, seconds)), StringComparison.Ordinal);

        grouping.Applied(samples: 100, staleness: 0);
        Assert.Contains("4 groups", Assert.Single(Rounds(grouping, 1, seconds)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task In_a_run_the_mean_staleness_is_within_the_limit(int limit)
    {
        var job = new TrainingJob
        {
            On = World.Simulation,
            Workers = 16,
            Epochs = 20,
            Strategy = Rubato.Configuration.Specification.Parse($"grouped:groups=auto,staleness-limit={limit}"),
            Model = Rubato.Configuration.Specification.Parse("logistic"),
            ComputeTime = ComputeTime.Parse("20ms"),
            Network = NetworkShape.Parse("latency=10ms,bandwidth=1Gbit"),
            Stragglers = [Straggler.Parse("random:probability=0.1,factor=4")],
        };

        RunReport report = await new SimulatedCluster().RunAsync(job, null, CancellationToken.None);

        Assert.InRange(report.Staleness.Mean, 0.5 * limit, limit);
        Assert.Equal(1 + limit + 1, report.Servers);
    }

    [Fact]
    public void A_limit_beyond_the_workers_allows_each_a_group_of_its_own() =>
        Assert.Equal(1 + 4, StrategyCatalog.All.Create(Rubato.Configuration.Specification.Parse($"grouped:groups=auto,staleness-limit={int.MaxValue}")).ServersFor(4));

    [Theory]
    [InlineData("", 1)]
    [InlineData("2:5@600ms-2s", 3)]
    public async Task In_a_run_every_change_is_made_by_all_and_nothing_is_lost(string straggler, int fewestDecisions)
    {
        var job = new TrainingJob
        {
            On = World.Simulation,
            Workers = 6,
            Epochs = 12,
            Strategy = Rubato.Configuration.Specification.Parse("grouped:groups=auto"),
            Model = Rubato.Configuration.Specification.Parse("logistic"),
            ComputeTime = ComputeTime.Parse("20ms"),
            Stragglers = straggler.Length == 0 ? [] : [Straggler.Parse(straggler)],
        };

        RunReport report = await new SimulatedCluster().RunAsync(job, null, CancellationToken.None);

        Assert.True(report.Decisions.Count >= fewestDecisions, string.Join('\n', report.Decisions));
        Assert.Contains(": 1 group (", report.Decisions[^1], StringComparison.Ordinal);
        Assert.Equal(report.Samples.Computed, report.Samples.Applied + report.Samples.Dropped);
        Assert.True(report.Samples.Dropped <= 16L * 6 * (report.Decisions.Count + 1), $"{report.Samples.Dropped} samples dropped");
        Assert.True(report.TestAccuracy > 0.9);
    }

    // Groups come and go with every passing straggler. One that comes back must not hand out what it held when it went.
    [Fact]
    public async Task A_group_that_gets_members_again_does_not_start_them_from_old_parameters()
    {
        const int SlowSteps = 5, Groups = 8;
        var job = new TrainingJob
        {
            On = World.Simulation,
            Workers = 8,
            Epochs = 40,
            Seed = 6,
            Strategy = Rubato.Configuration.Specification.Parse("grouped:groups=auto"),
            Model = Rubato.Configuration.Specification.Parse("logistic"),
            ComputeTime = ComputeTime.Parse("20ms"),
            Network = NetworkShape.Parse("latency=10ms,bandwidth=1Gbit"),
            Stragglers = [Straggler.Parse("random:probability=0.1,factor=4")],
        };

        RunReport report = await new SimulatedCluster().RunAsync(job, null, CancellationToken.None);

        Assert.Contains(report.Decisions, decision => decision.Contains(": 2 groups", StringComparison.Ordinal));
        Assert.Contains(report.Decisions, decision => decision.Contains(": 5 groups", StringComparison.Ordinal));
        // During one slow step every other group may make as many updates as it has time for.
        Assert.InRange(report.Staleness.Max, 1, SlowSteps * Groups);
    }

    private static List<string> Rounds(AdaptiveGrouping grouping, int rounds, double[] seconds)
    {
        var decisions = new List<string>();
        for (int round = 0; round < rounds; round++)
        {
            for (int worker = 0; worker < seconds.Length; worker++) grouping.Record(worker, seconds[worker]);
            if (grouping.Consider() is { } decision) decisions.Add(decision);
        }
        return decisions;
    }
}
