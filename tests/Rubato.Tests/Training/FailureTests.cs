using System.Diagnostics;
using Rubato.Configuration;
using Rubato.Training;
using Rubato.Transports.InProcess;

namespace Rubato.Tests.Training;

[Collection(nameof(ThreadCountCollection))]
public sealed class FailureTests
{
    public static TheoryData<string> Strategies => ["all-reduce", "backup-workers:backup=1", "async", "ssp:bound=2", "grouped:groups=2"];

    public static TheoryData<string> Survivors => ["backup-workers:backup=1", "async", "ssp:bound=2", "grouped:groups=2", "grouped:groups=4"];

    [Theory, MemberData(nameof(Strategies))]
    public async Task The_first_failing_worker_is_named_with_its_error(string strategy)
    {
        RunFailedException failure = await FailAsync(strategy, FaultyStrategy.Fault.Throw);

        Assert.Equal("Worker 2 failed: InvalidTimeZoneException: the boiler burst", failure.Message);
        AssertNoThreadIsLeft();
    }

    [Fact]
    public async Task An_exception_that_nobody_awaits_ends_the_run_and_is_named()
    {
        RunFailedException failure = await FailAsync("all-reduce", FaultyStrategy.Fault.ThrowUnawaited);

        Assert.Contains("orker 2", failure.Message, StringComparison.Ordinal);
        Assert.Contains("nobody awaits the boiler", failure.Message, StringComparison.Ordinal);
        AssertNoThreadIsLeft();
    }

    [Fact]
    public async Task A_worker_that_stalls_is_blamed_though_its_loop_still_turns()
    {
        RunFailedException failure = await FailAsync("all-reduce", FaultyStrategy.Fault.Stall, timeoutSeconds: 2);

        Assert.StartsWith("Worker 2 has not answered for 2 s, although it still talked to the conductor. Worker ", failure.Message);
        Assert.Contains("waited 2", failure.Message, StringComparison.Ordinal);
        Assert.Contains("for rank 2", failure.Message, StringComparison.Ordinal);
        Assert.Empty(failure.SilentRanks);
        AssertNoThreadIsLeft();
    }

    [Fact]
    public async Task A_step_that_computes_two_gradients_is_found_out()
    {
        RunFailedException failure = await FailAsync("all-reduce", FaultyStrategy.Fault.ComputeTwice);

        Assert.Contains("Worker 2", failure.Message, StringComparison.Ordinal);
        Assert.Contains("2 gradients in step 3", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_that_diverges_ends_with_worker_step_and_fix()
    {
        TrainingJob job = TestRuns.Job(steps: 200) with { Optimizer = Specification.Parse("sgd:lr=1e30") };

        var failure = await Assert.ThrowsAsync<RunFailedException>(() => TestRuns.RunAsync(job));

        Assert.Matches(@"(The loss of step \d+ on worker \d|The model's loss on the test part) is (NaN|∞|Infinity)", failure.Message);
        Assert.Contains("Lower the learning rate, for example --optimizer sgd:lr=", failure.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Strategies))]
    public async Task Cancellation_ends_everything_within_seconds(string strategy)
    {
        using var cancellation = new CancellationTokenSource();
        TrainingJob job = TestRuns.Job(strategy, workers: 4, steps: 1_000_000) with { ComputeTime = new ComputeTime(TimeSpan.FromMilliseconds(3)) };
        JobPlan plan = JobPlan.Build(job);
        var progress = new Reports(report =>
        {
            if (report.SamplesApplied > 0) cancellation.Cancel();
        });

        long start = Stopwatch.GetTimestamp();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ThreadsCluster().RunAsync(plan, progress, cancellation.Token).WaitAsync(TestRuns.Limit, CancellationToken.None));

        Assert.True(cancellation.IsCancellationRequested);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
        AssertNoThreadIsLeft();
    }

    [Fact]
    public async Task A_synchronous_run_that_loses_a_worker_names_it_and_the_way_on()
    {
        var failure = await Assert.ThrowsAsync<RunFailedException>(() => LoseAsync("all-reduce", rank: 2));

        Assert.Contains("Worker 2 is lost (the plug was pulled)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("resume", failure.Message, StringComparison.Ordinal);
        AssertNoThreadIsLeft();
    }

    [Theory, MemberData(nameof(Survivors))]
    public async Task A_strategy_that_survives_goes_on_without_a_lost_worker(string strategy)
    {
        RunReport report = await LoseAsync(strategy, rank: 2);

        TestRuns.AccountAddsUp(report);
        Assert.Equal(["worker 2: the plug was pulled"], report.Losses);
        Assert.True(report.Samples.Applied >= 120 * 4 * 8, $"{report.Samples}");
        Assert.True(report.Samples.Lost <= 2 * 8, $"{report.Samples}");
        AssertNoThreadIsLeft();
    }

    [Fact]
    public async Task A_lost_server_ends_the_run()
    {
        var failure = await Assert.ThrowsAsync<RunFailedException>(() => LoseAsync("async", rank: 4));

        Assert.Contains("Server 0 is lost (the plug was pulled)", failure.Message, StringComparison.Ordinal);
        AssertNoThreadIsLeft();
    }

    private static async Task<RunFailedException> FailAsync(string strategy, FaultyStrategy.Fault way, double timeoutSeconds = 30)
    {
        TrainingJob job = TestRuns.Job(strategy, workers: 4, steps: 1000) with { TimeoutSeconds = timeoutSeconds };
        var faulty = new FaultyStrategy(JobPlan.Build(job).Strategy, worker: 2, step: 3, way);
        JobPlan plan = JobPlan.Build(job, strategy: faulty);
        return await Assert.ThrowsAsync<RunFailedException>(() => TestRuns.RunAsync(plan, new InProcessNetwork(plan.WorldSize, TimeProvider.System)));
    }

    private static async Task<RunReport> LoseAsync(string strategy, int rank)
    {
        JobPlan plan = JobPlan.Build(TestRuns.Job(strategy, workers: 4, steps: 120) with
        {
            ComputeTime = new ComputeTime(TimeSpan.FromMilliseconds(5)),
            EvaluateEvery = 1,
        });
        var network = new InProcessNetwork(plan.WorldSize, TimeProvider.System);
        bool done = false;
        return await TestRuns.RunAsync(plan, network, new Reports(report =>
        {
            if (report.SamplesApplied == 0 || done) return;
            done = true;
            network.Lose(rank, "the plug was pulled");
        }));
    }

    // Threads carry their rank's name, and Linux shows it.
    private static void AssertNoThreadIsLeft()
    {
        if (!OperatingSystem.IsLinux()) return;
        string[] Left() => [.. Directory.GetDirectories("/proc/self/task").Select(NameOf).Where(name =>
            name.StartsWith("worker ", StringComparison.Ordinal) || name.StartsWith("server ", StringComparison.Ordinal)
            || name is "conductor" or "compute" or "evaluation")];
        // A loop tells its outcome a moment before its thread is gone.
        SpinWait.SpinUntil(() => Left().Length == 0, TimeSpan.FromSeconds(5));
        Assert.Empty(Left());
    }

    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Is called on the conductor's loop, not posted elsewhere as <see cref="Progress{T}"/> would.</summary>
    private sealed class Reports(Action<RunProgress> take) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => take(value);
    }
}
