using Rubato.Configuration;
using Rubato.Simulation;
using Rubato.Strategies;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class SimulatedClusterTests
{
    private static readonly TrainingJob Job = new()
    {
        On = World.Simulation,
        Workers = 4,
        Steps = 24,
        Model = Specification.Parse("logistic"),
        ComputeTime = ComputeTime.Parse("20ms:log-normal:sigma=0.2"),
        Stragglers = [Straggler.Parse("1:3"), Straggler.Parse("random:probability=0.2,factor=2,excess=1")],
        Network = NetworkShape.Parse("latency=1ms,bandwidth=50Mbit"),
    };

    public static TheoryData<string> Strategies => new("all-reduce", "backup-workers:backup=1", "grouped:groups=2", "ssp:bound=2", "async");

    [Theory, MemberData(nameof(Strategies))]
    public async Task A_seed_gives_the_same_bits_and_the_same_events_on_any_number_of_cores(string strategy)
    {
        TrainingJob job = Job with { Strategy = Specification.Parse(strategy) };

        RunReport alone = await RunAsync(job, computeThreads: 0), again = await RunAsync(job, computeThreads: 0);
        RunReport helped = await RunAsync(job, computeThreads: 3), other = await RunAsync(job with { Seed = 2 }, computeThreads: 3);

        foreach (RunReport same in (RunReport[])[again, helped])
        {
            Assert.Equal(alone.ParametersSha256, same.ParametersSha256);
            Assert.Equal(alone.TraceHash, same.TraceHash);
            Assert.Equal(alone.SimulatedEvents, same.SimulatedEvents);
            Assert.Equal(alone.TrainSeconds, same.TrainSeconds);
        }
        Assert.NotEqual(alone.ParametersSha256, other.ParametersSha256);
        Assert.NotEqual(alone.TraceHash, other.TraceHash);
    }

    [Theory]
    [InlineData("all-reduce")]
    [InlineData("grouped:groups=1")]
    [InlineData("backup-workers:backup=0")]
    public async Task Synchronous_jobs_end_with_the_bits_of_the_real_world(string strategy)
    {
        TrainingJob job = Job with { Strategy = Specification.Parse(strategy), Network = null, Stragglers = [] };

        RunReport simulated = await RunAsync(job);
        RunReport real = await new ThreadsCluster().RunAsync(job with { On = World.Threads, ComputeTime = ComputeTime.Unpaced }, null, CancellationToken.None);

        Assert.Equal(real.ParametersSha256, simulated.ParametersSha256);
        Assert.Equal(real.BytesSent, simulated.BytesSent);
        Assert.Equal(real.MessagesSent, simulated.MessagesSent);
    }

    [Fact]
    public async Task A_report_repeats_its_run_to_the_bit()
    {
        RunReport first = await RunAsync(Job with { Strategy = Specification.Parse("grouped:groups=2") });
        RunReport read = RunReportJson.Read(RunReportJson.ToJson(first, indented: true), "report.json");

        RunReport again = await RunAsync(read.Job);

        Assert.Equal(first.TraceHash, read.TraceHash);
        Assert.Equal(
            RunReportJson.ToJson(first with { WallSeconds = 0 }, indented: true), RunReportJson.ToJson(again with { WallSeconds = 0 }, indented: true));
    }

    [Theory]
    [InlineData("all-reduce", 24 * 0.02 * 4)]
    [InlineData("backup-workers:backup=1", 24 * 0.02)]
    public async Task Time_is_what_the_slowest_of_those_waited_for_takes(string strategy, double seconds)
    {
        TrainingJob job = Job with
        {
            Strategy = Specification.Parse(strategy),
            ComputeTime = ComputeTime.Parse("20ms"),
            Stragglers = [Straggler.Parse("2:4")],
            Network = null,
            Steps = 24,
        };

        RunReport report = await RunAsync(job);

        // Three of four gradients an update: a third more updates for as many samples.
        double updates = strategy == "all-reduce" ? 1 : 4.0 / 3;
        Assert.Equal(seconds * updates, report.TrainSeconds, 9);
    }

    [Fact]
    public async Task Speed_classes_and_times_a_sample_are_taken_at_their_word()
    {
        TrainingJob job = Job with
        {
            ComputeTime = ComputeTime.Parse("2ms/sample"),
            BatchSize = 5,
            Stragglers = [],
            Network = null,
            Speeds = SpeedClasses.Parse("3x4,1x0.5"),
            Steps = 10,
        };

        RunReport report = await RunAsync(job);

        Assert.Equal(10 * 5 * 0.002 / 0.5, report.TrainSeconds, 9);
        Assert.Equal(10 * 5 * 0.002 / 4, report.Workers[0].ComputeSeconds, 9);
    }

    [Theory]
    [InlineData("async", true)]
    [InlineData("backup-workers:backup=1", true)]
    [InlineData("all-reduce", false)]
    public async Task A_crash_ends_a_run_that_needs_everybody_and_no_other(string strategy, bool survives)
    {
        TrainingJob job = Job with { Strategy = Specification.Parse(strategy), Faults = [Fault.Parse("crash:2@150ms")] };

        if (survives)
        {
            RunReport report = await RunAsync(job);
            Assert.Contains(report.Losses, loss => loss.StartsWith("worker 2", StringComparison.Ordinal));
            Assert.True(report.Samples.Applied >= 24 * 4 * 16);
        }
        else
        {
            var failure = await Assert.ThrowsAsync<RunFailedException>(() => RunAsync(job));
            Assert.Contains("Worker 2 is lost", failure.Message, StringComparison.Ordinal);
        }
    }

    // Worker 0 has left after 0.8 s, and worker 1 is at its step of one second. The model is then that of the replicas that are still there.
    [Fact]
    public async Task A_replica_that_is_lost_after_its_worker_has_left_is_missed_by_nobody_where_it_can_be_spared()
    {
        TrainingJob job = Job with
        {
            Strategy = Specification.Parse("shadowsync:core=none"),
            Workers = 2,
            Steps = 4,
            ComputeTime = ComputeTime.Parse("100ms"),
            Stragglers = [Straggler.Parse("1:10")],
            Faults = [Fault.Parse("crash:0@900ms")],
        };

        RunReport report = await RunAsync(job);

        Assert.Contains("worker 0", Assert.Single(report.Losses), StringComparison.Ordinal);
        Assert.Equal(8, report.Workers[0].Steps);
        Assert.Equal(1, report.Workers[1].Steps);
    }

    [Fact]
    public async Task A_pause_shorter_than_the_deadline_costs_its_time_and_a_longer_one_names_the_rank()
    {
        TrainingJob job = Job with { ComputeTime = ComputeTime.Parse("20ms"), Stragglers = [], Network = null, TimeoutSeconds = 3 };
        RunReport undisturbed = await RunAsync(job);

        RunReport paused = await RunAsync(job with { Faults = [Fault.Parse("pause:3@105ms+2s")] });
        var failure = await Assert.ThrowsAsync<RunFailedException>(() => RunAsync(job with { Faults = [Fault.Parse("pause:3@105ms+60s")] }));

        Assert.Equal(undisturbed.ParametersSha256, paused.ParametersSha256);
        Assert.Equal(undisturbed.TrainSeconds + 2 - 0.015, paused.TrainSeconds, 9);
        Assert.Contains("Worker 3 has not answered", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("async")]
    [InlineData("grouped:groups=2")]
    public async Task A_worker_that_is_deaf_at_the_end_is_lost_after_the_deadline_although_no_other_waits_for_it(string strategy)
    {
        RunReport report = await RunAsync(DeafJob(strategy, "pause:2@105ms+1000s"));

        Assert.StartsWith("worker 2: it has not answered for 4 s, not even the conductor", Assert.Single(report.Losses), StringComparison.Ordinal);
        Assert.All(report.Workers, worker => Assert.True(worker.WaitSeconds < 10, $"Worker {worker.Rank} waited {worker.WaitSeconds} s."));
    }

    [Fact]
    public async Task A_worker_that_is_deaf_before_a_pause_of_all_ends_a_run_that_needs_it()
    {
        // Its last two steps follow no average, so only the conductor waits for them.
        TrainingJob job = DeafJob("local-sgd:period=4", "pause:2@165ms+1000s") with { Steps = 10 };

        var failure = await Assert.ThrowsAsync<RunFailedException>(() => RunAsync(job));

        Assert.StartsWith("Worker 2 is lost (it has not answered for 4 s, not even the conductor", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_that_come_too_late_are_listed()
    {
        string[] late = ["crash:3@100s", "pause:1@100s+1s", "partition:0-1@100s+1s", "restart:2@100s"];

        RunReport report = await RunAsync(Job with { Faults = [.. late.Append("pause:0@50ms+1ms").Append("partition:2-3@10ms+1ms").Select(Fault.Parse)] });

        Assert.Equal(late, report.MissedFaults);
    }

    [Fact]
    public async Task Delays_and_partitions_cost_time_and_change_no_bit_of_a_synchronous_run()
    {
        TrainingJob job = Job with { ComputeTime = ComputeTime.Parse("20ms"), Stragglers = [] };
        RunReport undisturbed = await RunAsync(job);

        RunReport disturbed = await RunAsync(job with
        {
            Faults = [Fault.Parse("delay:probability=0.2,mean=5ms"), Fault.Parse("partition:0-1@100ms+1s")],
        });

        Assert.Equal(undisturbed.ParametersSha256, disturbed.ParametersSha256);
        Assert.InRange(disturbed.TrainSeconds, undisturbed.TrainSeconds + 0.9, undisturbed.TrainSeconds + 3);
    }

    [Fact]
    public async Task Random_pauses_come_at_their_rate_and_random_crashes_end_a_run_that_needs_everybody()
    {
        TrainingJob job = Job with { ComputeTime = ComputeTime.Parse("20ms"), Stragglers = [], Network = null, Steps = 100 };
        RunReport undisturbed = await RunAsync(job);

        RunReport paused = await RunAsync(job with { Faults = [Fault.Parse("pause:random@500ms+50ms")] });
        RunReport cut = await RunAsync(job with { Faults = [Fault.Parse("partition:random@500ms+50ms")] });
        var failure = await Assert.ThrowsAsync<RunFailedException>(() => RunAsync(job with { Faults = [Fault.Parse("crash:random@1s")] }));

        Assert.Equal(undisturbed.ParametersSha256, paused.ParametersSha256);
        Assert.Equal(undisturbed.ParametersSha256, cut.ParametersSha256);
        // Four workers over 2 s and more: about 16 pauses of 50 ms, some of them at the same time.
        Assert.InRange(paused.TrainSeconds - undisturbed.TrainSeconds, 0.3, 1.2);
        Assert.InRange(cut.TrainSeconds - undisturbed.TrainSeconds, 0.1, 1.2);
        Assert.Contains("is lost", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_strategy_that_leaves_the_event_loop_is_named()
    {
        TrainingJob job = Job with { Stragglers = [], Network = null };
        var strategy = new FaultyStrategy(StrategyCatalog.All.Create(job.Strategy), worker: 2, step: 3, FaultyStrategy.Fault.LeaveTheLoop);

        var failure = await Assert.ThrowsAsync<SimulationException>(
            () => new SimulatedCluster().RunAsync(JobPlan.Build(job, strategy: strategy), null, CancellationToken.None));

        Assert.Contains("Worker 2", failure.Message, StringComparison.Ordinal);
        Assert.Contains("left the simulation's event loop", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_run_ends()
    {
        using var cancelled = new CancellationTokenSource();
        var progress = new CancellingProgress(cancelled);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new SimulatedCluster().RunAsync(Job with { Steps = 1_000_000, Epochs = null }, progress, cancelled.Token));
    }

    [Fact]
    public async Task A_run_that_is_resumed_ends_with_the_bits_of_one_that_was_not_interrupted()
    {
        using var folder = new TemporaryFolder();
        TrainingJob job = Job with { EvaluateEvery = 0.25, CheckpointEvery = 0.25, Output = Path.Combine(folder.Path, "run"), Faults = [Fault.Parse("restart:1@900ms")] };
        RunReport whole = await RunAsync(job with { CheckpointEvery = null, Output = null, Faults = [] });

        await Assert.ThrowsAsync<RunFailedException>(() => RunAsync(job));
        RunReport rest = await RunAsync(job with { Resume = job.Output });

        Assert.Equal(whole.ParametersSha256, rest.ParametersSha256);
    }

    private static TrainingJob DeafJob(string strategy, string pause) => Job with
    {
        Strategy = Specification.Parse(strategy),
        ComputeTime = ComputeTime.Parse("20ms"),
        Stragglers = [],
        Network = null,
        Steps = 8,
        TimeoutSeconds = 3,
        Faults = [Fault.Parse(pause)],
    };

    private static Task<RunReport> RunAsync(TrainingJob job, int? computeThreads = null) =>
        new SimulatedCluster { ComputeThreads = computeThreads }.RunAsync(job, null, CancellationToken.None);

    private sealed class CancellingProgress(CancellationTokenSource source) : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            if (value.SamplesApplied > 100) source.Cancel();
        }
    }
}
