using Rubato.Communication;
using Rubato.Configuration;
using Rubato.Strategies;
using Rubato.Training;

namespace Rubato.Tests.Strategies;

/// <summary>What every strategy owes, one row a strategy.</summary>
public class StrategyContractTests
{
    public static TheoryData<string, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int>();
            foreach (int workers in new[] { 1, 2, 3, 7 })
                foreach (string strategy in ContractRow.All.Select(row => row.Strategy(workers)).Distinct())
                    foreach (int length in new[] { 0, 1, 13 }) cases.Add(strategy, workers, length);
            return cases;
        }
    }

    public static TheoryData<string, int> WorkerCases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (int workers in new[] { 1, 2, 3, 7 })
                foreach (string strategy in ContractRow.All.Select(row => row.Strategy(workers)).Distinct()) cases.Add(strategy, workers);
            return cases;
        }
    }

    public static TheoryData<string, int> LongCases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (int workers in new[] { 2, 3 })
                foreach (string strategy in ContractRow.All.Select(row => row.Strategy(workers)).Distinct()) cases.Add(strategy, workers);
            return cases;
        }
    }

    public static TheoryData<string, int> SynchronousCases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (int workers in new[] { 1, 2, 3, 7 })
                foreach (string strategy in ContractRow.All.Select(row => row.Strategy(workers)).Distinct())
                    if (IsSynchronous(strategy, workers)) cases.Add(strategy, workers);
            return cases;
        }
    }

    public static TheoryData<string, float?> OneWorkerCases
    {
        get
        {
            var cases = new TheoryData<string, float?>();
            foreach ((string strategy, float? alone) in ContractRow.All.Select(row => (row.Strategy(1), row.Alone)).Distinct()) cases.Add(strategy, alone);
            return cases;
        }
    }

    public static TheoryData<string, string, int> SpecialCases
    {
        get
        {
            var cases = new TheoryData<string, string, int>();
            foreach (SpecialCase special in ContractRow.All.SelectMany(row => row.SpecialCases))
                foreach (int workers in special.Workers) cases.Add(special.Strategy, special.Same, workers);
            return cases;
        }
    }

    [Fact]
    public void Every_strategy_of_the_catalogue_has_a_row() =>
        Assert.Empty(StrategyCatalog.All.Entries.Select(entry => entry.Name).Except(ContractRow.All.Select(row => Specification.Parse(row.Strategy(3)).Name)));

    [Theory, MemberData(nameof(OneWorkerCases))]
    public void One_worker_is_plain_SGD_where_theory_says_so_and_nowhere_else(string strategy, float? tolerance)
    {
        var job = new TestJob(strategy) { Workers = 1, Latency = 0.3 };

        float[] model = TestCluster.Train(job).Model, plain = TestCluster.Train(job with { Strategy = "all-reduce" }).Model;

        float distance = plain.Zip(model, (one, other) => Math.Abs(one - other)).Max();
        if (tolerance is { } limit) Assert.InRange(distance, 0, limit);
        else Assert.InRange(distance, 0.01f, 1);
    }

    [Theory, MemberData(nameof(SpecialCases))]
    public void With_some_options_it_is_another_strategy(string strategy, string same, int workers)
    {
        SpecialCase special = ContractRow.All.SelectMany(row => row.SpecialCases).Single(special => special.Strategy == strategy && special.Same == same);
        var job = new TestJob(SpecialCase.For(strategy, workers)) { Workers = workers, Batches = (long)special.Steps * workers };
        string other = SpecialCase.For(same, workers);
        job = job with { Momentum = special.Momentum ?? job.Momentum, Latency = 0.3 };
        if (special.AtOneRate) job = job with { Rate = _ => 0.05f };
        // Who takes which batch is not the same where one of them is dealt batches on demand.
        if (IsSynchronous(job.Strategy, workers) != IsSynchronous(other, workers))
        {
            job = job with
            {
                Rate = _ => 0.05f,
                Latency = 0,
                StepTime = (_, _) => 1,
                StartsTogether = true,
                Gradient = (rank, seed, _, x, gradient) => TestWorker.GradientOf(seed, rank, x, gradient),
            };
        }

        float[] model = TestCluster.Train(job).Model, reference = TestCluster.Train(job with { Strategy = other }).Model;

        Assert.InRange(reference.Zip(model, (one, two) => Math.Abs(one - two)).Max(), 0, special.Tolerance);
    }

    [Fact]
    public void Every_strategy_has_a_special_case_or_is_plain_SGD_of_one_worker() => Assert.Empty(ContractRow.All
        .GroupBy(row => Specification.Parse(row.Strategy(3)).Name)
        .Where(rows => !rows.Any(row => row.Alone is not null || row.SpecialCases.Count > 0)).Select(rows => rows.Key));

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

    // 43 is a prime and no pool is a whole number of mini-batches or as large as another.
    [Theory, MemberData(nameof(WorkerCases))]
    public void The_budget_is_applied_however_it_divides_and_whoever_has_how_much(string strategy, int workers)
    {
        var job = new TestJob(strategy) { Workers = workers, Batches = 43, OwnSamples = rank => 10 + 7 * rank % 12, Latency = 0.3 };

        TestRun run = TestCluster.Train(job);

        StrategyDefinition definition = StrategyCatalog.All.Create(Specification.Parse(strategy));
        long[] steps = [.. Enumerable.Range(0, workers).Select(rank => definition.StepsPerUpdate(job.OwnSamples(rank), job.BatchSize))];
        if (IsSynchronous(strategy, workers))
        {
            // Whole updates; whoever has fewer samples than the one with the most sits a part of them out.
            long rounds = (long)Math.Ceiling(43.0 / (steps.Max() * definition.BatchesPerStep(workers))), atOnce = rounds * definition.BatchesPerStep(workers);
            Assert.InRange(run.Applied.Count, atOnce * steps.Min(), atOnce * steps.Max());
        }
        else Assert.InRange(run.Applied.Count, 43, 43 + workers * definition.ThreadsPerWorker - 1);
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
        bool haveState = IsSynchronous(strategy, workers) || StrategyCatalog.All.Create(Specification.Parse(strategy)).WorkersHaveState;
        foreach ((string name, StateSnapshot state) in half.States)
        {
            // Where servers hold everything a worker fetches the newest version as soon as it starts, which is all the state it has.
            if (name.StartsWith("worker", StringComparison.Ordinal) && !haveState) continue;
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
