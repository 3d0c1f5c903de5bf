using Rubato.Communication;
using Rubato.Configuration;
using Rubato.Strategies;
using Rubato.Training;

namespace Rubato.Tests.Strategies;

/// <summary>What every strategy owes, one row a strategy.</summary>
public class StrategyContractTests
{
    private static readonly Func<int, string>[] Strategies =
    [
        _ => "all-reduce",
        _ => "minibatch-sgd:batches=1",
        _ => "minibatch-sgd:batches=3",
        _ => "accelerated-minibatch-sgd:batches=3",
        _ => "backup-workers:backup=0",
        _ => "backup-workers:backup=0,servers=3",
        workers => $"backup-workers:backup={Math.Min(1, workers - 1)}",
        workers => $"backup-workers:backup={Math.Min(2, workers - 1)},servers=3",
        _ => "local-sgd:period=1",
        _ => "local-sgd:period=3",
        _ => "local-sgd",
        _ => "local-sgd:period=3,post-local=0.2",
        _ => "local-sgd:period=2,growth=1",
        _ => "local-sgd:period=3,inner-rate=0",
        _ => "local-sgd:period=2,inner-rate=0.5,growth=2",
        _ => "fedavg:period=4,fraction=0.3",
        _ => "fedavg:period=3,fraction=1",
        _ => "fedavg:epochs=3,fraction=0.4",
        _ => "model-averaging:period=2,alpha=0.4",
        _ => "slowmo:period=3,slow-momentum=0.5",
        _ => "slowmo:period=2,slow-rate=0.9,slow-momentum=0.3,buffers=keep",
        _ => "slowmo:period=4,slow-momentum=0.5,buffers=average",
        _ => "slowmo:base=all-reduce,period=3,slow-momentum=0.5",
        _ => "slowmo:base=gossip,period=3,slow-momentum=0.5",
        _ => "slowmo:base=gossip,topology=sites,site-size=2,period=2,slow-momentum=0.3,buffers=keep",
        _ => "slowmo:base=sgp,graph=tree,period=3,slow-momentum=0.5,buffers=average",
        _ => "bmuf:period=3,block-momentum=0.5",
        _ => "bmuf:period=2,block-rate=0.8,block-momentum=0.5,nesterov=true",
        _ => "diloco:period=3,outer-momentum=0.4",
        _ => "lookahead:period=3,slow-rate=0.8",
        _ => "overlap-local-sgd",
        _ => "overlap-local-sgd:period=3,pull-back=0.3,anchor-momentum=0",
        _ => "overlap-local-sgd:period=1,pull-back=0.5,anchor-momentum=0.5",
        _ => "cocod-sgd:period=1",
        _ => "cocod-sgd:period=3",
        _ => "easgd:period=3",
        workers => $"easgd:period=1,alpha={Math.Round(1.0 / workers - 0.005, 2)}",
        _ => "easgd:period=2,mode=asynchronous",
        _ => "easgd:period=1,mode=asynchronous,alpha=0.5,servers=3",
        _ => "easgd:period=2,mode=asynchronous,symmetric=false,servers=2",
        _ => "ds-sync",
        _ => "ds-sync:deal=random",
        workers => workers < 2 ? "ds-sync" : "ds-sync:group-size=2",
        workers => workers < 2 ? "ds-sync" : $"ds-sync:group-size={Math.Min(3, workers)},deal=racks",
        workers => workers < 2 ? "ds-sync" : $"ds-sync:group-size={workers}",
        _ => "gossip",
        _ => "gossip:topology=exponential",
        _ => "gossip:topology=sites,site-size=2",
        _ => "sgp",
        _ => "sgp:graph=tree",
        workers => workers < 3 ? "sgp" : "sgp:peers=2",
        _ => "ad-psgd",
        _ => "ad-psgd:topology=star",
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
        _ => "shadowsync",
        _ => "shadowsync:threads=3,servers=3",
        _ => "shadowsync:core=ma,threads=2,interval=300ms",
        _ => "shadowsync:core=ma,alpha=0.7,blend=snapshot",
        _ => "shadowsync:core=bmuf,threads=2,block-momentum=0.3,block-rate=0.8",
        _ => "shadowsync:core=easgd,threads=2,fixed-rate=2",
        _ => "shadowsync:core=easgd,threads=2,symmetric=false",
        _ => "shadowsync:core=ma,threads=3,fixed-rate=2",
        _ => "shadowsync:core=bmuf,fixed-rate=3",
        _ => "shadowsync:core=none,threads=2",
        workers => $"shadowsync:tables=servers,threads=2,servers=2,table-servers=2,table-rate={Math.Round(0.2 / workers, 3)}",
        workers => $"shadowsync:tables=servers,model=centre,table-rate={Math.Round(0.2 / workers, 3)}",
        workers => $"shadowsync:core=ma,tables=servers,table-servers=4,threads=2,table-rate={Math.Round(0.2 / workers, 3)}",
        workers => $"shadowsync:core=none,tables=servers,table-rate={Math.Round(0.2 / workers, 3)}",
        _ => "grouped:groups=auto",
        _ => "grouped:groups=auto,staleness-limit=1,servers=2",
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

    public static TheoryData<string, int> LongCases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (int workers in new[] { 2, 3 })
                foreach (string strategy in Strategies.Select(strategy => strategy(workers)).Distinct()) cases.Add(strategy, workers);
            return cases;
        }
    }

    public static TheoryData<string, int> SynchronousCases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (int workers in new[] { 1, 2, 3, 7 })
                foreach (string strategy in Strategies.Select(strategy => strategy(workers)).Distinct())
                    if (IsSynchronous(strategy, workers)) cases.Add(strategy, workers);
            return cases;
        }
    }

    [Fact]
    public void Every_strategy_of_the_catalogue_has_a_row() =>
        Assert.Empty(StrategyCatalog.All.Entries.Select(entry => entry.Name).Except(Strategies.Select(row => Specification.Parse(row(3)).Name)));

    [Theory, MemberData(nameof(Cases))]
    public void The_budget_is_applied_and_the_run_ends(string strategy, int workers, int length)
    {
        var job = new TestJob(strategy) { Workers = workers, Length = length, Latency = 0.3 };

        TestRun run = TestCluster.Train(job);

        StrategyDefinition definition = StrategyCatalog.All.Create(Specification.Parse(strategy));
        Assert.InRange(run.Applied.Count, 42, 42 + workers * definition.ThreadsPerWorker * definition.StepsPerUpdate(job.OwnSamples(0), job.BatchSize) - 1);
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

        Assert.Equal(length, run.Model.Length);
        Assert.All(run.Model, value => Assert.InRange(value, 0.6f, 1.4f));
    }

    // Everything is elementwise, so the length of a vector, and into how many messages it is cut, is nothing to its elements.
    [Theory, MemberData(nameof(LongCases))]
    public void A_vector_of_several_segments_is_trained_like_a_short_one(string strategy, int workers)
    {
        const int Short = 13;
        var job = new TestJob(strategy) { Workers = workers, Length = Short, Batches = 3L * workers };
        // So that even a worker's own chunk of it does not fit into one message.
        int length = workers * Segments.MaxFloats + 5;

        TestRun few = TestCluster.Train(job), many = TestCluster.Train(job with { Length = length });

        Assert.Equal(length, many.Model.Length);
        Assert.Equal(few.Model, many.Model[..Short]);
        Assert.Equal(few.Applied, many.Applied);
        Assert.All(many.Model.Index(), element => Assert.NotEqual(0.1f * element.Index - 0.7f, element.Item));
    }

    [Theory, MemberData(nameof(Cases))]
    public void What_is_restored_is_what_was_saved(string strategy, int workers, int length)
    {
        var job = new TestJob(strategy) { Workers = workers, Length = length, Batches = 6L * workers, Latency = 0.3 };
        TestRun half = TestCluster.Train(job);

        TestRun again = TestCluster.Train(job with { Resume = half, Batches = 0 });

        Assert.Empty(again.Applied);
        Assert.Equal(half.Model, again.Model);
        Assert.Equal(half.States.Keys, again.States.Keys);
        foreach ((string name, StateSnapshot state) in half.States)
        {
            // On demand a worker fetches the newest version as soon as it starts, which is all the state it has.
            if (name.StartsWith("worker", StringComparison.Ordinal) && !IsSynchronous(strategy, workers)) continue;
            Assert.Null(state.FirstDifference(again.States[name]));
        }
    }

    [Theory, MemberData(nameof(SynchronousCases))]
    public void A_synchronous_run_that_is_resumed_ends_with_the_same_bits_and_needs_its_momentum_for_that(string strategy, int workers)
    {
        var job = new TestJob(strategy) { Workers = workers, Batches = 12L * workers, Latency = 0.3, StartsTogether = true };
        TestRun whole = TestCluster.Train(job), half = TestCluster.Train(job with { Batches = 5L * workers, EndsAnywhere = true });

        TestRun rest = TestCluster.Train(job with { Resume = half });
        TestRun wrong = TestCluster.Train(job with { Resume = half with { States = WithoutMomentum(half.States) } });

        Assert.Equal(whole.Model, rest.Model);
        Assert.All(whole.States, state => Assert.Null(state.Value.FirstDifference(rest.States[state.Key])));
        Assert.All(whole.Model.Zip(wrong.Model), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_resumed_run_goes_on_at_once_from_the_saved_model(string strategy, int workers, int length)
    {
        var job = new TestJob(strategy) { Workers = workers, Length = length, Batches = 6L * workers, Latency = 0.3 };
        TestRun half = TestCluster.Train(job);

        // Nobody may wait for anybody before everybody has started: that is how a real job starts.
        TestRun rest = TestCluster.Train(job with { Resume = half, Batches = 12L * workers, StartsTogether = true });

        Assert.True(half.Applied.Count + rest.Applied.Count >= 12L * workers);
        if (length > 0) Assert.NotEqual(half.Model, rest.Model);
        Assert.All(half.States.Keys, key => Assert.Contains(key, rest.States.Keys));
    }

    private static bool IsSynchronous(string strategy, int workers) =>
        StrategyCatalog.All.Create(Specification.Parse(strategy)).AssignmentFor(workers) == BatchAssignment.ByStepAndRank;

    private static Dictionary<string, StateSnapshot> WithoutMomentum(IReadOnlyDictionary<string, StateSnapshot> states) =>
        states.ToDictionary(state => state.Key, state => new StateSnapshot([.. state.Value.Fields.Select(Forgetting)]), StringComparer.Ordinal);

    private static StateField Forgetting(StateField field) =>
        field.Vector is { } vector && field.Name.EndsWith("velocity", StringComparison.Ordinal) ? new(field.Name, new float[vector.Length], 0) : field;
}
