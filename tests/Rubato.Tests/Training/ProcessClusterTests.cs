using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Rubato.Configuration;
using Rubato.Strategies;
using Rubato.Training;

namespace Rubato.Tests.Training;

/// <summary>Real processes; each test starts few and short ones. None asserts on speed.</summary>
public sealed class ProcessClusterTests : IDisposable
{
    private static readonly string[] Command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Rubato.Cli.dll"), "rank"];
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));
    private IReadOnlyList<int> _processes = [];

    // Every strategy of the catalogue, with options only where a default would leave nobody to spare.
    public static TheoryData<string> Strategies => [.. StrategyCatalog.All.Entries.Select(entry => entry.Name == "grouped" ? "grouped:groups=2" : entry.Name)];

    private static TrainingJob Job => new() { On = World.Processes, Workers = 2, Epochs = 1, Model = new("logistic"), Strategy = new("all-reduce"), TimeoutSeconds = 60 };

    public void Dispose()
    {
        _limit.Dispose();
        // Nothing that a test started outlives it.
        Assert.DoesNotContain(_processes, Liveness.IsAlive);
    }

    [Theory, MemberData(nameof(Strategies))]
    public async Task Every_strategy_trains_on_processes_with_a_straggler_and_leaves_none_behind(string strategy)
    {
        RunReport report = await RunAsync(Job with
        {
            Workers = 4,
            Epochs = 4,
            Strategy = Specification.Parse(strategy),
            ComputeTime = new ComputeTime(TimeSpan.FromMilliseconds(2)),
            Stragglers = [Straggler.Parse("3:3")],
        });
        Assert.True(report.TestAccuracy > 0.8, $"{strategy}: {report.TestAccuracy}");
        Assert.Equal(4, report.Workers.Count);
        Assert.Empty(report.Losses);
        Assert.Equal(report.Samples.Computed, report.Samples.Applied + report.Samples.Dropped + report.Samples.Lost);
    }

    [Fact]
    public async Task A_table_on_servers_is_trained_on_processes()
    {
        using var folder = new TemporaryFolder();
        RunReport report = await RunAsync(Job with
        {
            Output = folder.In("run"),
            Dataset = "clicks:samples=6400",
            Model = new("embedding-mlp"),
            Strategy = Specification.Parse("shadowsync:threads=2,tables=servers,table-servers=2"),
            Optimizer = Specification.Parse("adagrad:lr=0.05"),
            ComputeTime = new ComputeTime(TimeSpan.FromMilliseconds(1)),
        });
        Assert.Equal(3, report.Servers);
        Assert.True(report.TestLoss < 0.69, $"{report.TestLoss}");
        Assert.Equal(report.Samples.Computed, report.Samples.Applied);
        Checkpoint last = RunDirectory.Open(folder.In("run")).LoadLastCheckpoint();
        long updates = report.Samples.Applied / Job.BatchSize;
        // Server 0 is the centre's. Nearly every mini-batch has rows on both of the table's.
        foreach (int server in (int[])[1, 2])
            Assert.InRange(last.States[$"server-{server}"].Fields.First(field => field.Name == "table/updates").Counter, updates / 2, updates);
    }

    [Theory, MemberData(nameof(Strategies))]
    public async Task A_killed_worker_is_survived_by_every_strategy_that_says_so_and_named_by_the_others(string strategy)
    {
        TrainingJob job = Endless with { Workers = 4, MaxSeconds = 3, Strategy = Specification.Parse(strategy), Stragglers = [Straggler.Parse("3:3")] };
        if (!StrategyCatalog.All.Create(job.Strategy).SurvivesLostWorkers)
        {
            RunFailedException failure = await Assert.ThrowsAsync<RunFailedException>(() => RunAsync(job, OnTraining(() => Kill(1, 9))));
            Assert.StartsWith("worker 1 was killed by signal 9", failure.Message);
            return;
        }
        RunReport report = await RunAsync(job, OnTraining(() => Kill(1, 9)));
        string loss = Assert.Single(report.Losses);
        Assert.StartsWith("worker 1", loss);
        Assert.Contains("killed by signal 9", loss);
        Assert.Equal(report.Samples.Computed, report.Samples.Applied + report.Samples.Dropped + report.Samples.Lost);
    }

    [Fact]
    public async Task Processes_and_threads_end_with_the_same_bits()
    {
        RunReport processes = await RunAsync(Job with { Workers = 3 });
        RunReport threads = await new ThreadsCluster().RunAsync(Job with { Workers = 3, On = World.Threads }, null, _limit.Token);
        Assert.Equal(threads.ParametersSha256, processes.ParametersSha256);
    }

    [Fact]
    public async Task A_run_resumed_on_processes_ends_with_the_bits_of_one_that_was_not_interrupted()
    {
        using var folder = new TemporaryFolder();
        RunReport whole = await RunAsync(Job with { Epochs = 2 });
        await RunAsync(Job with { Epochs = 1, Output = folder.In("run") });
        RunReport resumed = await RunAsync(Job with { Epochs = 2, Output = folder.In("run"), Resume = folder.In("run") });
        Assert.Equal(whole.ParametersSha256, resumed.ParametersSha256);
        Assert.Equal(2, File.ReadAllLines(folder.In("run/metrics.jsonl")).Length);
    }

    [Theory]
    [InlineData("workers", "3")]
    [InlineData("optimizer", "adam")]
    public async Task A_refused_resume_on_processes_leaves_the_folder_as_it_was(string key, string value)
    {
        using var folder = new TemporaryFolder();
        TrainingJob job = Job with { Output = folder.In("run") };
        await RunAsync(job);
        Dictionary<string, string> before = TestRuns.ContentsOf(folder.In("run"));

        Exception? refusal = await Record.ExceptionAsync(() => RunAsync(JobFile.Apply(job with { Epochs = 2, Resume = job.Output }, key, value)));

        Assert.Contains("Resume with", refusal?.Message, StringComparison.Ordinal);
        Assert.Equal(before, TestRuns.ContentsOf(folder.In("run")));
    }

    [Fact]
    public async Task Shaped_and_encrypted_links_carry_the_same_training()
    {
        RunReport plain = await RunAsync(Job with { Steps = 4, Epochs = null });
        RunReport shaped = await RunAsync(Job with { Steps = 4, Epochs = null, Tls = true, Network = NetworkShape.Parse("latency=2ms,bandwidth=100Mbit") });
        Assert.Equal(plain.ParametersSha256, shaped.ParametersSha256);
    }

    [Fact]
    public async Task A_worker_that_is_stopped_and_continued_is_only_slow()
    {
        RunReport report = await RunAsync(Endless with { MaxSeconds = 3 }, OnTraining(() =>
        {
            Kill(1, "STOP");
            Thread.Sleep(1500);
            Kill(1, "CONT");
        }));
        Assert.Empty(report.Losses);
    }

    [Theory]
    [InlineData("all-reduce")]
    [InlineData("backup-workers:backup=0")]
    public async Task A_worker_that_hangs_is_blamed_and_not_those_that_wait_for_it(string strategy)
    {
        var clock = new Stopwatch();
        RunFailedException failure = await Assert.ThrowsAsync<RunFailedException>(() => RunAsync(
            Endless with { Workers = 4, TimeoutSeconds = 4, Strategy = Specification.Parse(strategy) }, OnTraining(() =>
            {
                Kill(1, "STOP");
                clock.Start();
            })));

        Assert.StartsWith("Worker 1 has not answered for 4 s, not even the conductor", failure.Message);
        Assert.Contains("--timeout-seconds", failure.Message);
        Assert.Equal([1], failure.SilentRanks);
        // Five seconds for goodbyes and three times two for a process to end are not spent on one that is known to hang.
        Assert.InRange(clock.Elapsed.TotalSeconds, 4, 12);
    }

    [Fact]
    public async Task Cancelling_ends_every_process()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(Endless, OnTraining(cancelled.Cancel), cancelled.Token));
        Assert.Equal(2, _processes.Count);
        Assert.DoesNotContain(_processes, Liveness.IsAlive);
    }

    [Fact]
    public async Task A_rank_that_fails_before_it_can_talk_is_named_with_its_last_words()
    {
        RunFailedException failure = await Assert.ThrowsAsync<RunFailedException>(() =>
            new ProcessCluster(["sh", "-c", "if [ $RANK = 1 ]; then echo no luck >&2; exit 7; fi; cat"]).RunAsync(Job, null, _limit.Token));
        Assert.StartsWith("worker 1 ended with exit code 7: no luck", failure.Message);
    }

    [Fact]
    public async Task A_rank_with_a_wrong_token_is_not_let_in()
    {
        // The first line of the briefing stays, the token after it becomes another one.
        string other = Convert.ToBase64String(new byte[32]);
        string dotnet = string.Join(' ', Command);
        RunFailedException failure = await Assert.ThrowsAsync<RunFailedException>(() =>
            new ProcessCluster(["bash", "-c", $"if [ $RANK = 1 ]; then exec {dotnet} < <(sed -u '2s|.*|{other}|'); else exec {dotnet}; fi"]).RunAsync(Job, null, _limit.Token));
        Assert.StartsWith("worker 1 ended with exit code 5", failure.Message);
        Assert.Contains("token", failure.Message);
    }

    [Fact]
    public async Task A_busy_port_is_named_with_the_way_out()
    {
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        int port = ((IPEndPoint)busy.LocalEndpoint).Port;
        InvalidRequestException refusal = await Assert.ThrowsAsync<InvalidRequestException>(() =>
            new ProcessCluster(Command, port).RunAsync(Job, null, _limit.Token));
        Assert.Contains($"{port}", refusal.Message);
        Assert.Contains("MASTER_PORT", refusal.Message);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named() =>
        Assert.Contains("no-such-program", (await Assert.ThrowsAsync<InvalidRequestException>(() =>
            new ProcessCluster(["no-such-program"]).RunAsync(Job, null, _limit.Token))).Message);

    [Fact]
    public async Task A_job_for_another_world_is_refused() =>
        Assert.Contains("threads", (await Assert.ThrowsAsync<InvalidRequestException>(() => RunAsync(Job with { On = World.Threads }))).Message);

    private static TrainingJob Endless => Job with { Epochs = null, MaxSeconds = 60, ComputeTime = new ComputeTime(TimeSpan.FromMilliseconds(5)) };

    private Task<RunReport> RunAsync(TrainingJob job, IProgress<RunProgress>? progress = null, CancellationToken? cancellation = null) =>
        new ProcessCluster(Command) { Started = processes => _processes = processes }.RunAsync(job, progress, cancellation ?? _limit.Token);

    private static Once OnTraining(Action action) => new(action);

    private void Kill(int rank, object signal) => Process.Start("kill", [$"-{signal}", $"{_processes[rank]}"]).WaitForExit();

    /// <summary>Does something once, a little after training has begun.</summary>
    private sealed class Once(Action action) : IProgress<RunProgress>
    {
        private int _done;

        public void Report(RunProgress value)
        {
            if (value.SamplesApplied > 0 && Interlocked.Exchange(ref _done, 1) == 0) Task.Run(action);
        }
    }
}
