using Rubato.Configuration;
using Rubato.Data;
using Rubato.Models;
using Rubato.Simulation;
using Rubato.Strategies;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class JobPlanTests
{
    public static TheoryData<string, Func<TrainingJob, TrainingJob>, string[]> Refusals => new()
    {
        { "simulation without a time", job => job with { On = World.Simulation }, ["compute time is 0", "in simulation", "--compute-time 20ms"] },
        { "faults in reality", job => job with { Faults = [Fault.Parse("crash:1@2s")] }, ["crash:1@2s", "in simulation only", "--on simulation"] },
        { "fault of nobody", job => Simulated(job) with { Faults = [Fault.Parse("pause:9@2s+1s")] }, ["pause:9@2s+1s", "rank 9", "up to 2"] },
        { "a cut beyond everybody", job => Simulated(job) with { Faults = [Fault.Parse("partition:1-70@2s+1s")] }, ["partition:1-70@2s+1s", "rank 70", "up to 2"] },
        { "a step beyond the budget", job => job with { BatchSize = 1000, Epochs = 1, Steps = null }, ["3 mini-batches of 1000", "3,000", "1,437", "--batch-size"] },
        { "sites in reality", job => job with { Network = NetworkShape.Parse("wan.yaml") }, ["wan.yaml", "in simulation only", "latency=1ms,bandwidth=1Gbit"] },
        { "sites that are not there", job => Simulated(job) with { Network = NetworkShape.Parse("/nowhere/wan.yaml") }, ["/nowhere/wan.yaml", "latency=1ms"] },
        { "formulas in reality", job => job with { Collectives = CollectiveCosting.Formula }, ["--collectives formula", "--on simulation"] },
        { "formulas in any order", job => Simulated(job) with { Collectives = CollectiveCosting.Formula, Deterministic = false }, ["--collectives formula", "--deterministic false"] },
        { "speeds of others", job => job with { Speeds = SpeedClasses.Parse("2x8,6x1") }, ["2x8,6x1", "8 workers", "has 3", "--workers 8"] },
        { "mpi", job => job with { On = World.Mpi, Tls = true }, ["--tls", "under MPI the library makes them", "Leave it out"] },
        { "too many workers", job => job with { Workers = 5000 }, ["5000", "1024", "--workers"] },
        { "tls on threads", job => job with { Tls = true }, ["--tls", "processes"] },
        { "straggler beyond the workers", job => job with { Stragglers = [new Straggler.Fixed(3) { Factor = 2 }] }, ["3:2", "0 to 2", "--workers"] },
        { "negative straggler", job => job with { Stragglers = [new Straggler.Fixed(-1)] }, ["-1", "0 to 2"] },
        { "negative compute time", job => job with { ComputeTime = new(TimeSpan.FromSeconds(-1)) }, ["-00:00:01", "0 to", "--compute-time"] },
        { "no bandwidth", job => job with { Network = new(TimeSpan.Zero, 0) }, ["0 bits", "above 0", "bandwidth=1Gbit"] },
        { "negative latency", job => job with { Network = new(TimeSpan.FromSeconds(-2), 1e9) }, ["-00:00:02", "latency=1ms"] },
        { "checkpoints without a folder", job => job with { CheckpointEvery = 1 }, ["every 1 epochs", "--output DIR"] },
        { "endless timeout", job => job with { TimeoutSeconds = 1e12 }, ["1000000000000", "1000000", "--timeout-seconds"] },
        { "endless epochs", job => job with { Epochs = 1e15, Steps = null }, ["samples", "1E+15", "fewer"] },
        { "unknown data set", job => job with { Dataset = "digit" }, ["digit", "Did you mean 'digits'"] },
        { "unknown strategy", job => job with { Strategy = new("all-reduse") }, ["all-reduse", "Did you mean 'all-reduce'"] },
        { "unknown model", job => job with { Model = new("mpl") }, ["mpl", "mlp"] },
        { "unknown optimizer", job => job with { Optimizer = new("sdg") }, ["sdg", "sgd"] },
        { "unknown schedule", job => job with { Schedule = new("cosinus") }, ["cosinus", "cosine"] },
        { "unknown compressor", job => job with { Compressor = new("nine") }, ["nine", "none"] },
        { "unknown partition", job => job with { Partition = "idd" }, ["idd", "iid"] },
        { "more groups than workers", job => job with { Strategy = Specification.Parse("grouped:groups=4") }, ["4", "3"] },
        { "more backups than workers", job => job with { Strategy = Specification.Parse("backup-workers:backup=3") }, ["3"] },
        { "epochs of nobody's own", job => job with { Strategy = Specification.Parse("fedavg:epochs=2") }, ["fedavg:epochs=2", "'iid'", "--partition skew:0"] },
        { "a table of nobody", job => job with { Strategy = Specification.Parse("shadowsync:tables=servers"), Optimizer = new("sgd") }, ["shadowsync:tables=servers", "'mlp:hidden=16' has 0 tables", "--model embedding-mlp", "tables=replicas"] },
        { "a table with a momentum", job => job with { Strategy = Specification.Parse("shadowsync:tables=servers") }, ["shadowsync:tables=servers", "momentum=0.9", "--optimizer adagrad"] },
        { "momentum on steps that grow", job => job with { Strategy = new("accelerated-minibatch-sgd") }, ["'accelerated-minibatch-sgd'", "plain SGD only", "momentum=0.9", "--optimizer sgd:lr=0.1"] },
        { "a decay on steps that grow", job => job with { Strategy = new("accelerated-minibatch-sgd"), Optimizer = Specification.Parse("sgd:weight-decay=0.1") }, ["weight-decay=0.1", "--optimizer sgd:lr=0.1"] },
        { "scales on steps that grow", job => job with { Strategy = new("accelerated-minibatch-sgd"), Optimizer = new("adagrad") }, ["'adagrad'", "--strategy minibatch-sgd"] },
        { "statistics that overshoot", job => job with { Strategy = Specification.Parse("local-sgd:inner-rate=0.5"), Model = Specification.Parse("resnet20:norm=batch") }, ["local-sgd:inner-rate=0.5", "'resnet20:norm=batch'", "running-mean", "Use inner-rate=1", "resnet20:norm=group"] },
        { "a round of many budgets", job => job with { Strategy = Specification.Parse("minibatch-sgd:batches=200000000"), Epochs = 2, Steps = null }, ["minibatch-sgd:batches=200000000", "4,800,000,000 samples", "2,874", "4 times", "more --epochs"] },
        { "a round of the largest number", job => job with { Strategy = Specification.Parse("minibatch-sgd:batches=2147483647"), BatchSize = 400, Epochs = 2, Steps = null }, ["2,576,980,376,400 samples"] },
        { "a long period of many budgets", job => job with { Strategy = Specification.Parse("fedavg:period=100000000"), Epochs = 2, Steps = null }, ["fedavg:period=100000000", "800,000,000 samples"] },
        { "local epochs of many budgets", job => job with { Strategy = Specification.Parse("fedavg:epochs=10000,fraction=1"), Partition = "skew:0", Epochs = 2, Steps = null }, ["fedavg:epochs=10000", "samples, but the budget is 2,874"] },
        { "tables on no server", job => job with { Strategy = Specification.Parse("shadowsync:tables=servers,table-servers=0") }, ["0 servers", "1 to 1024", "table-servers=1"] },
        { "a table that learns nothing", job => job with { Strategy = Specification.Parse("shadowsync:tables=servers,table-rate=0") }, ["is 0", "above 0", "Leave it out"] },
        { "sites of the job itself in reality", job => job with { Network = NetworkShape.Parse("{sites: {a: 0}}") }, ["{sites: {a: 0}}", "in simulation only"] },
        { "sites of the job itself that are none", job => Simulated(job) with { Network = NetworkShape.Parse("{sites: {a: x}}") }, ["'x'", "in --network"] },
        { "a schedule over an open end", job => job with { Schedule = new("cosine"), Steps = null, MaxSeconds = 5 }, ["cosine", "--epochs", "constant"] },
        { "a trace of no file", job => job with { ComputeTime = ComputeTime.Parse("20ms:trace") }, ["'trace' names no file", "Write trace:file=PATH"] },
        { "a warm-up beyond the budget", job => job with { Schedule = Specification.Parse("cosine:warmup=100"), Epochs = 1, Steps = null }, ["cosine:warmup=100", "100 epochs", "budget is 1 epoch,", "warmup=0.1"] },
        { "a warm-up as long as the budget", job => job with { Schedule = Specification.Parse("constant:warmup=2"), Epochs = 2, Steps = null }, ["2 epochs", "warmup=0.2"] },
        { "a warm-up beyond the steps", job => job with { Schedule = Specification.Parse("cosine:warmup=1"), Epochs = null, Steps = 3 }, ["cosine:warmup=1", "larger budget"] },
    };

    [Theory]
    [InlineData("0-99", 99, 2, "all-reduce")]
    [InlineData("0,3", 3, 2, "all-reduce")]
    [InlineData("0-4", 4, 3, "async")]
    public void A_site_of_endpoints_that_there_are_not_is_refused(string members, int named, int last, string strategy)
    {
        using var folder = new TemporaryFolder();
        TrainingJob JobOf(string endpoints)
        {
            File.WriteAllText(folder.In("sites.yaml"), $"sites:\n  a: 1\n  b: {endpoints}\n".Replace("0-", "0,2-", StringComparison.Ordinal));
            return Simulated(TestRuns.Job()) with { Strategy = Specification.Parse(strategy), Network = NetworkShape.Parse(folder.In("sites.yaml")) };
        }

        string message = Assert.Throws<InvalidRequestException>(() => JobPlan.Build(JobOf(members))).Message;
        Assert.Contains($"puts endpoint {named} into the site 'b', but the job has workers and servers up to {last}.", message, StringComparison.Ordinal);
        _ = JobPlan.Build(JobOf($"0-{last}"));
    }

    [Fact]
    public void A_table_that_servers_keep_is_the_only_one_and_at_the_beginning()
    {
        TrainingJob job = TestRuns.Job("shadowsync:tables=servers") with { Optimizer = new("sgd"), Dataset = "clicks:samples=1000" };
        string refusal(params Layer[] layers) => Assert.Throws<InvalidRequestException>(
            () => JobPlan.Build(job, model: new Sequential(new SampleShape(8), new LogisticLoss(), [.. layers, new Dense(1)]))).Message;

        Assert.Contains("has 1 tables, and not at its beginning.", refusal(new Dense(4), new EmbeddingBag(2400, 2)), StringComparison.Ordinal);
        Assert.Contains("has 2 tables.", refusal(new EmbeddingBag(2400, 2), new EmbeddingBag(2400, 2)), StringComparison.Ordinal);
        Assert.Equal(new EmbeddingTable(2400, 8), JobPlan.Build(job with { Model = new("embedding-mlp") }).Table);
    }

    [Fact]
    public void Plain_descent_and_models_without_statistics_may_be_stepped_in_any_way()
    {
        _ = JobPlan.Build(TestRuns.Job("accelerated-minibatch-sgd") with { Optimizer = Specification.Parse("sgd:lr=0.3,statistics-rate=0.2") });
        _ = JobPlan.Build(TestRuns.Job("local-sgd:inner-rate=0.5") with { Model = Specification.Parse("resnet20:norm=group") });
        _ = JobPlan.Build(TestRuns.Job("local-sgd") with { Model = Specification.Parse("resnet20:norm=batch") });
    }

    [Theory]
    [InlineData("minibatch-sgd:batches=40", 10, true)]
    [InlineData("minibatch-sgd:batches=41", 10, false)]
    [InlineData("fedavg:period=120,fraction=0.3", 10, true)]
    [InlineData("fedavg:period=121,fraction=0.3", 10, false)]
    [InlineData("fedavg:period=41,fraction=1", 10, false)]
    [InlineData("minibatch-sgd:batches=2000", null, true)]
    [InlineData("local-sgd:period=2000", 10, true)]
    public void An_update_may_take_up_to_four_times_the_budget(string strategy, int? steps, bool isTaken)
    {
        TrainingJob job = TestRuns.Job(strategy, steps: steps) with { MaxSeconds = 5 };
        Exception? refusal = Record.Exception(() => JobPlan.Build(job));
        Assert.Equal(isTaken, refusal is null);
        if (!isTaken) Assert.Contains("the budget is 240,", Assert.IsType<InvalidRequestException>(refusal).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_warm_up_may_be_of_any_length_where_samples_do_not_end_the_run() =>
        _ = JobPlan.Build(TestRuns.Job() with { Schedule = Specification.Parse("constant:warmup=100"), Epochs = null, Steps = null, MaxSeconds = 5 });

    [Theory, MemberData(nameof(Refusals))]
    public void A_job_that_cannot_be_is_refused_with_value_limit_and_fix(string what, Func<TrainingJob, TrainingJob> spoil, string[] words)
    {
        InvalidRequestException refusal = Assert.Throws<InvalidRequestException>(() => JobPlan.Build(spoil(TestRuns.Job())));

        Assert.All(words, word => Assert.True(refusal.Message.Contains(word, StringComparison.Ordinal), $"{what}: '{word}' is not in: {refusal.Message}"));
    }

    [Fact]
    public void The_default_job_is_valid_and_has_twelve_epochs()
    {
        JobPlan plan = JobPlan.Build(new TrainingJob());

        Assert.Equal(12, plan.Job.Epochs);
        Assert.Equal(12 * 1437, plan.SampleBudget);
        Assert.Equal(8, plan.Workers);
        Assert.Equal(plan.Workers + plan.Servers, plan.Conductor);
    }

    [Fact]
    public void A_budget_of_ones_own_is_not_added_to()
    {
        Assert.Null(JobPlan.Build(TestRuns.Job(steps: 5)).Job.Epochs);
        Assert.Null(JobPlan.Build(TestRuns.Job(steps: null) with { MaxSeconds = 1 }).SampleBudget);
        Assert.Null(JobPlan.Build(TestRuns.Job(steps: null) with { TargetAccuracy = 0.5 }).SampleBudget);
    }

    [Fact]
    public void The_smaller_budget_ends_the_run()
    {
        Assert.Equal(5 * 3 * 8, JobPlan.Build(TestRuns.Job(steps: 5) with { Epochs = 10 }).SampleBudget);
        Assert.Equal(1437, JobPlan.Build(TestRuns.Job(steps: 5000) with { Epochs = 1 }).SampleBudget);
    }

    [Fact]
    public void Steps_fill_the_sample_budget_and_the_last_one_is_a_pause()
    {
        JobPlan plan = JobPlan.Build(TestRuns.Job(steps: null) with { Epochs = 1, EvaluateEvery = 10 });

        Assert.Equal(BatchAssignment.ByStepAndRank, plan.Assignment);
        Assert.Equal((1437 + 23) / 24, plan.Steps);
        Assert.Equal([plan.Steps!.Value], Enumerable.Range(1, (int)plan.Steps.Value).Select(step => (long)step).Where(plan.IsPause));
    }

    [Theory]
    [InlineData(1, 60)]
    [InlineData(7, 63)]
    [InlineData(64, 64)]
    public void A_budget_ends_after_a_whole_update(int batches, int steps)
    {
        JobPlan plan = JobPlan.Build(TestRuns.Job($"minibatch-sgd:batches={batches}", steps: 60));

        Assert.Equal(steps, plan.Steps);
    }

    // 1437 samples for 3 workers in shards of 10 or 11: pools differ.
    [Theory]
    [InlineData(1, 7)]
    [InlineData(3, 8)]
    public void A_budget_of_unequal_rounds_is_the_samples_that_are_really_taken(int epochs, int batchSize)
    {
        JobPlan plan = JobPlan.Build(TestRuns.Job($"fedavg:fraction=1,epochs={epochs}", steps: 700) with { Partition = "shards:45", BatchSize = batchSize });
        SampleDeal deal = plan.CreateDeal();
        long[] steps = [.. Enumerable.Range(0, 3).Select(worker => ((long)epochs * deal.PoolSize(worker) + batchSize - 1) / batchSize)];

        Assert.True(steps.Distinct().Count() > 1, "The pools are so equal that the test shows nothing.");
        Assert.Equal(steps.Max(), plan.StepsPerUpdate);
        Assert.Equal(0, plan.Steps % steps.Max());
        Assert.Equal(2 * steps.Sum() * batchSize + 6 * batchSize, plan.SamplesAfter(2 * steps.Max() + 2));
        Assert.InRange(plan.SampleBudget!.Value, plan.SamplesAfter(plan.Steps!.Value - steps.Max()) + 1, plan.SamplesAfter(plan.Steps.Value));
    }

    [Fact]
    public void A_strategy_that_follows_the_progress_needs_a_budget()
    {
        TrainingJob job = TestRuns.Job("local-sgd:post-local=0.5", steps: null) with { TargetAccuracy = 0.5 };

        InvalidRequestException error = Assert.Throws<InvalidRequestException>(() => JobPlan.Build(job));

        Assert.Contains("--epochs 12", error.Message, StringComparison.Ordinal);
        Assert.Equal(0.25, JobPlan.Build(job with { Steps = 8 }).ProgressAt(2 * job.Workers * job.BatchSize));
        Assert.Equal(double.NaN, JobPlan.Build(job with { Strategy = new("local-sgd") }).ProgressAt(2));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1.0)]
    [InlineData(2.5)]
    public void As_many_evaluations_fall_due_as_fit_into_the_budget(double every)
    {
        JobPlan plan = JobPlan.Build(TestRuns.Job(steps: null) with { Epochs = 10, EvaluateEvery = every });

        long due = Enumerable.Range(1, (int)plan.Steps!.Value)
            .Count(step => plan.IsEvaluationBetween(plan.SamplesAfter(step - 1), plan.SamplesAfter(step)));

        Assert.Equal((long)(plan.EpochsOf(plan.SamplesAfter(plan.Steps.Value)) / every), due);
    }

    private static TrainingJob Simulated(TrainingJob job) => job with { On = World.Simulation, ComputeTime = ComputeTime.Parse("20ms") };
}
