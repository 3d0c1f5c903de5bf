using Rubato.Configuration;
using Rubato.Strategies;
using Rubato.Strategies.DsSync;
using Rubato.Topologies;

namespace Rubato.Tests.Strategies.DsSync;

public class DsSyncTests
{
    // Momentum is linear, so it does not tell the mean of steps from the step of a mean.
    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 0.5f)]
    [InlineData(7, 0.9f)]
    public void One_group_is_all_reduce(int workers, float momentum)
    {
        var job = new TestJob($"ds-sync:group-size={workers}") { Workers = workers, Batches = 12L * workers, Momentum = momentum, Latency = 0.3 };

        TestRun run = TestCluster.Train(job), reference = TestCluster.Train(job with { Strategy = "all-reduce" });

        Assert.All(reference.Model.Zip(run.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        for (int rank = 1; rank < workers; rank++) Assert.Null(run.States["worker-0-replica"].FirstDifference(run.States[$"worker-{rank}-replica"]));
    }

    // All batches pull alike (their Hessian is 1), so averaging, which must not move the mean, is the only thing that could tell the two apart.
    [Theory]
    [InlineData("ds-sync", 7)]
    [InlineData("ds-sync:group-size=2", 8)]
    [InlineData("ds-sync:group-size=3,deal=random", 7)]
    [InlineData("ds-sync:group-size=3,deal=racks", 7)]
    [InlineData("ds-sync:group-size=3,deal=fixed", 7)]
    public void The_mean_of_the_replicas_is_all_reduce_on_a_quadratic(string strategy, int workers)
    {
        var job = new TestJob(strategy) { Workers = workers, Batches = 15L * workers, Momentum = 0, Latency = 0.3 };

        TestRun run = TestCluster.Train(job), reference = TestCluster.Train(job with { Strategy = "all-reduce" });

        Assert.All(reference.Model.Zip(run.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Theory]
    [InlineData("ds-sync:group-size=2")]
    [InlineData("ds-sync:group-size=3,deal=random")]
    [InlineData("ds-sync:group-size=3,deal=racks")]
    [InlineData("ds-sync:group-size=2,deal=fixed")]
    public void After_a_step_the_members_of_its_groups_hold_the_same_bits_and_others_do_not(string strategy)
    {
        const int Workers = 7;
        for (int step = 1; step <= 6; step++)
        {
            var job = new TestJob(strategy) { Workers = Workers, Batches = (long)step * Workers };
            TestRun run = TestCluster.Train(job);
            GroupSchedule schedule = ScheduleOf(job);

            for (int rank = 0; rank < Workers; rank++)
            {
                int[] members = schedule.MembersOf(rank, step - 1);
                for (int other = 0; other < Workers; other++)
                {
                    bool same = run.States[$"worker-{rank}-replica"].FirstDifference(run.States[$"worker-{other}-replica"]) is null;
                    Assert.Equal(members.Contains(other), same);
                }
            }
        }
    }

    // By hand. Of racks every other step takes one worker each, whose office goes round.
    [Theory]
    [InlineData("group-size=3,deal=racks", 7, 1, "012 345 6")]
    [InlineData("group-size=3,deal=racks", 7, 2, "036 12 45")]
    [InlineData("group-size=3,deal=racks", 7, 3, "012 345 6")]
    [InlineData("group-size=3,deal=racks", 7, 4, "146 02 35")]
    [InlineData("group-size=3,deal=racks", 7, 6, "256 01 34")]
    [InlineData("group-size=3,deal=racks", 7, 8, "036 12 45")]
    [InlineData("group-size=2,deal=grid", 4, 1, "01 23")]
    [InlineData("group-size=2,deal=grid", 4, 2, "02 13")]
    [InlineData("group-size=2,deal=grid", 4, 3, "01 23")]
    [InlineData("group-size=2,deal=fixed", 4, 1, "01 23")]
    [InlineData("group-size=2,deal=fixed", 4, 2, "01 23")]
    public void The_deal_says_who_averages_with_whom(string options, int workers, int step, string groups)
    {
        TestRun run = TestCluster.Train(new TestJob($"ds-sync:{options}") { Workers = workers, Batches = (long)step * workers });

        IEnumerable<IEnumerable<int>> equal = Enumerable.Range(0, workers).GroupBy(rank => run.States[$"worker-{rank}-replica"].Sha256);
        Assert.Equal(groups.Split(' ').Order(StringComparer.Ordinal), equal.Select(ranks => string.Concat(ranks)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("grid")]
    [InlineData("random")]
    public void No_number_of_workers_is_a_deadlock(string deal)
    {
        for (int workers = 1; workers <= 23; workers++)
        {
            TestRun run = TestCluster.Train(new TestJob($"ds-sync:deal={deal}") { Workers = workers, Length = 3, Batches = 7L * workers, Latency = 0.9 });
            Assert.Equal(7L * workers, run.Applied.Count);
        }
    }

    // Whoever shares a group with a stalled worker stalls with it, whoever shares one with them stalls a step later, and nobody else.
    [Theory]
    [InlineData("ds-sync:group-size=2")]
    [InlineData("ds-sync:group-size=4")]
    [InlineData("ds-sync:group-size=3,deal=random")]
    public void A_stalled_worker_holds_up_its_group_and_theirs_in_turn(string strategy)
    {
        const int Workers = 16, Stalled = 5, StalledStep = 3, Steps = 12;
        var job = new TestJob(strategy) { Workers = Workers, Batches = Workers * Steps };
        long[] computed = new long[Workers], seen = [];
        TestCluster.Train(job with
        {
            StepTime = (worker, step) => worker == Stalled && step == StalledStep ? 1000 : 1,
            Finished = (worker, step) =>
            {
                computed[worker] = step;
                if (worker == Stalled && step == StalledStep) seen = [.. computed];
            },
        });
        GroupSchedule schedule = ScheduleOf(job);
        long[] expected = [.. Enumerable.Repeat((long)Steps, Workers)];
        var held = new HashSet<int> { Stalled };
        for (int step = StalledStep; step <= Steps; step++)
        {
            held = [.. held.SelectMany(rank => schedule.MembersOf(rank, step - 1))];
            foreach (int rank in held) expected[rank] = Math.Min(expected[rank], step);
        }

        Assert.Equal(expected, seen);
        Assert.True(expected.Distinct().Count() > 1);
    }

    private static GroupSchedule ScheduleOf(TestJob job) =>
        ((DsSyncDefinition)StrategyCatalog.All.Create(Specification.Parse(job.Strategy))).ScheduleFor(job.Workers, job.Seed);
}
