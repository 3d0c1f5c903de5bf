using Rubato.Configuration;
using Rubato.Strategies;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class ResumeTests
{
    [Theory]
    [InlineData("all-reduce", "sgd:lr=0.05,momentum=0.9", "iid")]
    [InlineData("all-reduce", "adam:lr=0.01", "dirichlet:0.5")]
    [InlineData("backup-workers:backup=0", "sgd:lr=0.05,momentum=0.9", "iid")]
    [InlineData("grouped:groups=1", "adam:lr=0.01", "iid")]
    [InlineData("fedavg:fraction=0.3,period=3", "sgd:lr=0.05,momentum=0.9", "shards:2")]
    [InlineData("fedavg:fraction=0.7,period=4", "adam:lr=0.01", "iid")]
    [InlineData("accelerated-minibatch-sgd:batches=3", "sgd:lr=0.05", "mixture:0.5")]
    public async Task A_deterministic_run_that_is_resumed_ends_with_the_same_bits(string strategy, string optimizer, string partition)
    {
        using var folder = new TemporaryFolder();
        TrainingJob job = TestRuns.Job(strategy, steps: 13) with
        {
            Optimizer = Specification.Parse(optimizer),
            Partition = partition,
            Model = Specification.Parse("mlp:hidden=16,dropout=0.2"),
        };
        RunReport whole = await TestRuns.RunAsync(job);

        RunReport half = await TestRuns.RunAsync(job with { Steps = 6, Output = folder.In("half") });
        RunReport resumed = await TestRuns.RunAsync(job with { Resume = folder.In("half") });

        Assert.NotEqual(whole.ParametersSha256, half.ParametersSha256);
        Assert.Equal(whole.ParametersSha256, resumed.ParametersSha256);
        Assert.Equal(whole.Samples, resumed.Samples);
        Assert.Equal(whole.Steps, resumed.Steps);
        Assert.Equal(whole.Staleness.Histogram, resumed.Staleness.Histogram);
        Assert.True(resumed.TrainSeconds > half.TrainSeconds);
    }

    [Fact]
    public async Task A_resumed_runs_training_loss_is_that_since_the_last_evaluation()
    {
        using var folder = new TemporaryFolder();
        // Evaluations after steps 6, 12 and 13; the first run ends with the first of them.
        TrainingJob job = TestRuns.Job(steps: 13);
        RunReport whole = await TestRuns.RunAsync(job);

        await TestRuns.RunAsync(job with { Steps = 6, Output = folder.In("half") });
        RunReport resumed = await TestRuns.RunAsync(job with { Resume = folder.In("half") });

        Assert.Equal(3, whole.Evaluations.Count);
        Assert.Equal(whole.Evaluations.Skip(1).Select(point => Math.Round(point.TrainLoss!.Value, 9)), resumed.Evaluations.Select(point => Math.Round(point.TrainLoss!.Value, 9)));
    }

    [Theory]
    [InlineData("all-reduce")]
    [InlineData("grouped:groups=1")]
    public async Task A_run_that_failed_goes_on_from_its_last_checkpoint_in_the_same_folder(string strategy)
    {
        using var folder = new TemporaryFolder();
        TrainingJob job = TestRuns.Job(strategy, steps: 40) with { EvaluateEvery = 100 };
        RunReport whole = await TestRuns.RunAsync(job);
        job = job with { CheckpointEvery = 0.17, Output = folder.In("run") };

        StrategyDefinition faulty = new FaultyStrategy(JobPlan.Build(job).Strategy, worker: 1, step: 30);
        var failure = await Assert.ThrowsAsync<RunFailedException>(() =>
            new ThreadsCluster().RunAsync(JobPlan.Build(job, strategy: faulty), null, CancellationToken.None).WaitAsync(TestRuns.Limit));
        Checkpoint last = RunDirectory.Open(folder.In("run")).LoadLastCheckpoint();
        RunReport resumed = await TestRuns.RunAsync(job with { Resume = folder.In("run") });

        Assert.Contains("--resume", failure.Message, StringComparison.Ordinal);
        Assert.InRange(last.Step, 1, 29);
        Assert.Equal(whole.ParametersSha256, resumed.ParametersSha256);
        Assert.Equal(whole.Samples, resumed.Samples);
    }

    [Theory]
    [InlineData("async")]
    [InlineData("ssp:bound=2")]
    [InlineData("grouped:groups=3")]
    [InlineData("backup-workers:backup=1")]
    public async Task A_run_on_demand_goes_on_where_it_was(string strategy)
    {
        using var folder = new TemporaryFolder();
        TrainingJob job = TestRuns.Job(strategy, steps: null) with { EvaluateEvery = 1, Optimizer = Specification.Parse("sgd:lr=0.2") };

        RunReport half = await TestRuns.RunAsync(job with { Epochs = 1, Output = folder.In("half") });
        RunReport resumed = await TestRuns.RunAsync(job with { Epochs = 3, Output = folder.In("whole"), Resume = folder.In("half") });

        TestRuns.AccountAddsUp(resumed);
        Assert.InRange(resumed.Epochs, 3, 3.1);
        Assert.True(resumed.Samples.Computed >= half.Samples.Computed);
        Assert.True(resumed.Evaluations[0].TestLoss < half.Evaluations[^1].TestLoss, "The second epoch did not start from the first.");
        Assert.True(resumed.TrainSeconds > half.TrainSeconds);
        Assert.True(RunDirectory.Open(folder.In("whole")).LoadLastCheckpoint().NextBatch * 8 >= resumed.Samples.Applied);
    }

    [Fact]
    public async Task One_asynchronous_worker_is_resumed_to_the_bit()
    {
        using var folder = new TemporaryFolder();
        TrainingJob job = TestRuns.Job("async", workers: 1, steps: 21);

        RunReport whole = await TestRuns.RunAsync(job);
        await TestRuns.RunAsync(job with { Steps = 8, Output = folder.In("half") });
        RunReport resumed = await TestRuns.RunAsync(job with { Resume = folder.In("half") });

        Assert.Equal(whole.ParametersSha256, resumed.ParametersSha256);
    }

    public static TheoryData<string, Func<TrainingJob, TrainingJob>, string[]> Misfits => new()
    {
        { "fewer workers", job => job with { Workers = 2 }, ["3", "2", "--workers"] },
        { "another batch size", job => job with { BatchSize = 4 }, ["8", "4", "--batch-size"] },
        { "another seed", job => job with { Seed = 5 }, ["1", "5", "--seed"] },
        { "another model", job => job with { Model = Specification.Parse("mlp:hidden=8") }, ["parameters", "--model"] },
        { "another optimizer", job => job with { Optimizer = Specification.Parse("adam") }, ["optimizer"] },
        // Neither has a state of its own.
        { "another strategy", job => job with { Strategy = Specification.Parse("local-sgd:period=2") }, ["strategy all-reduce", "local-sgd:period=2", "Resume with --strategy all-reduce,"] },
    };

    [Theory, MemberData(nameof(Misfits))]
    public async Task A_checkpoint_that_does_not_fit_is_refused(string what, Func<TrainingJob, TrainingJob> change, string[] words)
    {
        using var folder = new TemporaryFolder();
        TrainingJob job = TestRuns.Job(steps: 3);
        await TestRuns.RunAsync(job with { Output = folder.In("run") });

        Exception? refusal = await Record.ExceptionAsync(() => TestRuns.RunAsync(change(job) with { Steps = 6, Resume = folder.In("run") }));

        Assert.True(refusal is InvalidRequestException or RunFailedException, $"{what}: {refusal}");
        Assert.All(words, word => Assert.Contains(word, refusal.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("all-reduce", "workers", "2")]
    [InlineData("all-reduce", "seed", "5")]
    [InlineData("all-reduce", "model", "logistic")]
    [InlineData("all-reduce", "optimizer", "adam")]          // only a worker can tell
    [InlineData("grouped:groups=1", "strategy", "all-reduce")]
    [InlineData("local-sgd:period=3", "strategy", "gossip")]
    [InlineData("grouped:groups=1", "optimizer", "adam")]    // only the server can tell
    [InlineData("ad-psgd", "optimizer", "adam")]             // only a worker can tell, and after the go
    [InlineData("shadowsync:core=bmuf", "strategy", "shadowsync:core=ma")]
    public async Task A_refused_resume_leaves_the_folder_as_it_was(string strategy, string key, string value)
    {
        foreach (World world in (World[])[World.Threads, World.Simulation])
        {
            using var folder = new TemporaryFolder();
            TrainingJob job = JobOn(world) with { Strategy = Specification.Parse(strategy), Steps = 9, CheckpointEvery = 0.05, Output = folder.In("run") };
            await RunAsync(job);
            // As if it had been killed after its last checkpoint: what it told later is to be told again.
            File.AppendAllText(folder.In("run/metrics.jsonl"), RunReportJson.ToJson(new EvaluationPoint(9, 1e6, 1, 1, 1, 1)) + "\n");
            Dictionary<string, string> before = TestRuns.ContentsOf(folder.In("run"));
            job = job with { Steps = 30, Resume = job.Output };

            Exception? refusal = await Record.ExceptionAsync(() => RunAsync(JobFile.Apply(job, key, value)));

            Assert.True(refusal is InvalidRequestException or RunFailedException, $"{world}: {refusal}");
            Assert.Contains("Resume with", refusal.Message, StringComparison.Ordinal);
            Assert.Equal(before, TestRuns.ContentsOf(folder.In("run")));
            RunReport resumed = await RunAsync(job);
            Assert.True(resumed.Steps >= 30);
            Assert.DoesNotContain("1000000", File.ReadAllText(folder.In("run/metrics.jsonl")), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(World.Threads)]
    [InlineData(World.Simulation)]
    public async Task The_job_that_a_resumed_run_leaves_repeats_the_whole_run(World world)
    {
        using var folder = new TemporaryFolder();
        TrainingJob job = JobOn(world) with { Output = folder.In("run") };
        RunReport first = await RunAsync(job with { Steps = 6 });
        RunReport resumed = await RunAsync(job with { Steps = 13, Resume = folder.In("run") });

        Assert.Null(first.ResumedAtStep);
        Assert.Equal(6, resumed.ResumedAtStep);
        foreach (string file in (string[])["job.yaml", "report.json"])
        {
            TrainingJob left = JobFile.Read(folder.In($"run/{file}"));
            Assert.Equal((null, 13), (left.Resume, left.Steps));
            RunReport again = await RunAsync(left with { Output = folder.In($"again from {file}") });
            Assert.Equal(resumed.ParametersSha256, again.ParametersSha256);
            Assert.Null(again.ResumedAtStep);
        }
    }

    [Theory]
    [InlineData(World.Threads)]
    [InlineData(World.Simulation)]
    public async Task A_run_from_another_ones_checkpoint_is_repeated_from_that_one_or_not_at_all(World world)
    {
        using var folder = new TemporaryFolder();
        TrainingJob job = JobOn(world), trunk = job with { Output = folder.In("trunk"), Resume = folder.In("trunk") };
        await RunAsync(trunk with { Steps = 4, Resume = null });
        RunReport branch = await RunAsync(job with { Steps = 9, Optimizer = Specification.Parse("sgd:lr=0.2,momentum=0.9"), Output = folder.In("branch"), Resume = folder.In("trunk") });
        string began = folder.In("trunk/checkpoints/step-000000004");
        Assert.Equal((began, began), (branch.Job.Resume, RunDirectory.Open(folder.In("branch")).ReadJob().Resume));
        TrainingJob left = RunDirectory.Open(folder.In("branch")).ReadJob();

        await RunAsync(trunk with { Steps = 6 });
        RunReport again = await RunAsync(left with { Output = folder.In("again") });
        Assert.Equal(branch.ParametersSha256, again.ParametersSha256);

        // A branch that goes on is still one.
        RunReport longer = await RunAsync(left with { Steps = 12, Resume = folder.In("branch") });
        Assert.Equal((began, 9), (longer.Job.Resume, longer.ResumedAtStep));
        Assert.Equal(began, RunDirectory.Open(folder.In("branch")).ReadJob().Resume);

        await RunAsync(trunk with { Steps = 8 });
        string refusal = (await Assert.ThrowsAsync<InvalidRequestException>(() => RunAsync(left with { Output = folder.In("late") }))).Message;
        Assert.Contains("step-000000004", refusal, StringComparison.Ordinal);
        Assert.Contains("step-000000008", refusal, StringComparison.Ordinal);
        Assert.Contains($"--resume {folder.In("trunk")}", refusal, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.In("late")));
    }

    [Theory]
    [InlineData("all-reduce", "steps", "9", "9 steps", "--steps 18")]
    [InlineData("all-reduce", "steps", "4", "9 steps", "--steps 13")]
    [InlineData("all-reduce", "epochs", "0.1", "0.15 epochs", "--epochs 1")]
    [InlineData("all-reduce", "max-seconds", "0.0001", " s behind it", "--max-seconds 1")]
    [InlineData("minibatch-sgd:batches=2", "steps", "9", "10 steps", "--steps 19")]
    [InlineData("async", "steps", "9", " steps behind it", "--steps 1")]
    [InlineData("async", "epochs", "0.1", " epochs behind it", "--epochs 1")]
    public async Task A_budget_that_is_used_up_is_refused_with_what_is_done_and_a_larger_one(string strategy, string key, string budget, string done, string larger)
    {
        foreach (World world in (World[])[World.Threads, World.Simulation])
        {
            using var folder = new TemporaryFolder();
            TrainingJob job = JobOn(world) with { Strategy = Specification.Parse(strategy), Steps = 9, Output = folder.In("run") };
            await RunAsync(job);
            Dictionary<string, string> before = TestRuns.ContentsOf(folder.In("run"));

            foreach (string output in (string[])[folder.In("run"), folder.In("other")])
            {
                TrainingJob again = JobFile.Apply(job with { Steps = key == "steps" ? 9 : 30, Resume = job.Output, Output = output }, key, budget);
                string refusal = (await Assert.ThrowsAsync<InvalidRequestException>(() => RunAsync(again))).Message;
                Assert.All([done, $"the budget is {budget}", larger], word => Assert.Contains(word, refusal, StringComparison.Ordinal));
                Assert.Equal(before, TestRuns.ContentsOf(folder.In("run")));
                Assert.False(Directory.Exists(folder.In("other")));
            }
        }
    }

    [Fact]
    public async Task A_target_that_a_finished_run_has_reached_is_refused()
    {
        using var folder = new TemporaryFolder();
        TrainingJob job = JobOn(World.Simulation) with { Steps = 300, TargetAccuracy = 0.3, Output = folder.In("run") };
        RunReport first = await RunAsync(job);
        Assert.True(first.SecondsToTarget is not null && first.Steps < 300);
        Dictionary<string, string> before = TestRuns.ContentsOf(folder.In("run"));

        string refusal = (await Assert.ThrowsAsync<InvalidRequestException>(() => RunAsync(job with { Resume = job.Output }))).Message;
        Assert.All(["the target is 0.3", "--target-accuracy none"], word => Assert.Contains(word, refusal, StringComparison.Ordinal));
        Assert.Equal(before, TestRuns.ContentsOf(folder.In("run")));

        RunReport further = await RunAsync(job with { TargetAccuracy = 0.6, Resume = job.Output });
        Assert.True(further.TestAccuracy >= 0.6);
    }

    [Theory]
    [InlineData("all-reduce")]
    [InlineData("async")]
    public async Task A_run_that_ended_without_its_report_writes_it_when_it_is_resumed(string strategy)
    {
        using var folder = new TemporaryFolder();
        TrainingJob job = JobOn(World.Simulation) with { Strategy = Specification.Parse(strategy), Output = folder.In("run") };
        RunReport first = await RunAsync(job);
        string[] metrics = File.ReadAllLines(folder.In("run/metrics.jsonl"));
        File.Delete(folder.In("run/report.json"));

        await Assert.ThrowsAsync<InvalidRequestException>(() => RunAsync(job with { Steps = 5, Resume = job.Output }));
        RunReport again = await RunAsync(job with { Resume = job.Output });

        Assert.Equal((first.ParametersSha256, first.Samples.Applied), (again.ParametersSha256, RunDirectory.Open(folder.In("run")).ReadReport().Samples.Applied));
        Assert.Equal(metrics.Length, File.ReadAllLines(folder.In("run/metrics.jsonl")).Length);
    }

    private static TrainingJob JobOn(World world) => TestRuns.Job() with
    {
        On = world,
        ComputeTime = world == World.Simulation ? ComputeTime.Parse("20ms") : ComputeTime.Unpaced,
    };

    private static Task<RunReport> RunAsync(TrainingJob job) => job.On == World.Simulation
        ? new SimulatedCluster().RunAsync(job, null, CancellationToken.None).WaitAsync(TestRuns.Limit)
        : TestRuns.RunAsync(job);
}
