using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class CausedWaitTests
{
    private const double Step = 0.02;

    private static readonly TrainingJob Job = new()
    {
        On = World.Simulation,
        Workers = 4,
        Steps = 24,
        Model = Specification.Parse("logistic"),
        ComputeTime = ComputeTime.Parse("20ms"),
    };

    [Theory]
    [InlineData("all-reduce")]
    [InlineData("backup-workers:backup=0")]
    [InlineData("backup-workers:backup=1")]
    [InlineData("grouped:groups=2")]
    [InlineData("ssp:bound=1")]
    [InlineData("async")]
    public async Task Nobody_makes_equals_wait(string strategy)
    {
        RunReport report = await RunAsync(strategy, Job);

        Assert.All(report.Workers, worker => Assert.Equal(0, worker.CausedWaitSeconds));
        Assert.Empty(report.MadeOthersWait);
    }

    [Theory]
    [InlineData("all-reduce", 2)]
    [InlineData("all-reduce", 7)]
    [InlineData("backup-workers:backup=0", 5)]
    [InlineData("grouped:groups=1", 3)]
    public async Task A_straggler_under_full_synchrony_causes_every_wait(string strategy, int workers)
    {
        RunReport report = await RunAsync(strategy, Job with { Workers = workers, Stragglers = [Straggler.Parse("1:4")] });

        Assert.Equal((workers - 1) * 3 * Step * report.Steps, report.Workers[1].CausedWaitSeconds, 9);
        Assert.All(report.Workers.Where(worker => worker.Rank != 1), worker => Assert.Equal(0, worker.CausedWaitSeconds));
        Assert.Equal(1, Assert.Single(report.MadeOthersWait).Rank);
    }

    [Fact]
    public async Task Two_who_are_late_together_share_what_they_cause()
    {
        RunReport report = await RunAsync("all-reduce", Job with { Workers = 5, Stragglers = [Straggler.Parse("1:4"), Straggler.Parse("3:4")] });

        double each = 3 * 3 * Step * report.Steps / 2;
        Assert.Equal(each, report.Workers[1].CausedWaitSeconds, 9);
        Assert.Equal(each, report.Workers[3].CausedWaitSeconds, 9);
    }

    [Theory]
    [InlineData("all-reduce")]
    [InlineData("backup-workers:backup=0")]
    [InlineData("grouped:groups=1")]
    public async Task What_is_caused_is_what_is_waited(string strategy)
    {
        // With a network that takes no time, whoever neither computes nor is evaluated waits for others.
        RunReport report = await RunAsync(strategy, Job with
        {
            ComputeTime = ComputeTime.Parse("20ms:log-normal:sigma=0.5"),
            Stragglers = [Straggler.Parse("random:probability=0.2,factor=3")],
        });

        Assert.True(report.Workers.Count(worker => worker.CausedWaitSeconds > 0) > 1);
        Assert.Equal(report.Workers.Sum(worker => worker.WaitSeconds), report.Workers.Sum(worker => worker.CausedWaitSeconds), 6);
    }

    [Fact]
    public async Task A_straggler_holds_up_its_own_group_and_nobody_else()
    {
        RunReport report = await RunAsync("grouped:groups=2", Job with { Stragglers = [Straggler.Parse("1:4")] });

        double most = 3 * Step * report.Workers[1].Steps;
        Assert.InRange(report.Workers[1].CausedWaitSeconds, most - 3 * Step, most);
        Assert.Equal(report.Workers[1].CausedWaitSeconds, report.Workers.Sum(worker => worker.CausedWaitSeconds));
    }

    [Theory]
    [InlineData("async")]
    [InlineData("backup-workers:backup=1")]
    public async Task Nobody_waits_for_a_straggler_that_is_not_needed(string strategy)
    {
        RunReport report = await RunAsync(strategy, Job with { Stragglers = [Straggler.Parse("1:4")] });

        Assert.Equal(0, report.Workers[1].CausedWaitSeconds);
    }

    [Fact]
    public async Task A_bound_on_staleness_lets_the_fast_wait_for_the_slowest()
    {
        RunReport report = await RunAsync("ssp:bound=2", Job with { Stragglers = [Straggler.Parse("1:4")], Steps = 60 });

        Assert.True(report.Workers[1].CausedWaitSeconds > 3 * Step * report.Workers[1].Steps);
        Assert.Equal(report.Workers[1].CausedWaitSeconds, report.Workers.Sum(worker => worker.CausedWaitSeconds));
    }

    [Fact]
    public async Task Steps_much_shorter_than_the_time_between_two_news_are_counted_all()
    {
        RunReport report = await RunAsync("all-reduce", Job with
        {
            ComputeTime = ComputeTime.Parse("1us"),
            Stragglers = [Straggler.Parse("1:4")],
            Steps = 400,
            EvaluateEvery = 1000,
        });

        Assert.Equal(3 * 3e-6 * 400, report.Workers[1].CausedWaitSeconds, 12);
    }

    [Fact]
    public async Task A_resumed_run_goes_on_counting()
    {
        using var folder = new TemporaryFolder();
        TrainingJob job = Job with { Stragglers = [Straggler.Parse("1:4")], Output = folder.In("run") };
        RunReport half = await RunAsync("all-reduce", job);

        RunReport whole = await RunAsync("all-reduce", job with { Steps = 2 * job.Steps, Resume = job.Output });

        Assert.Equal(2 * half.Workers[1].CausedWaitSeconds, whole.Workers[1].CausedWaitSeconds, 9);
    }

    [Theory]
    [InlineData("all-reduce")]
    [InlineData("ssp:bound=1")]
    [InlineData("grouped:groups=2")]
    public async Task A_traced_run_draws_rows_without_overlaps_and_waits_as_the_ledger_has_them(string strategy)
    {
        using var folder = new TemporaryFolder();
        RunReport report = await RunAsync(strategy, Job with
        {
            Stragglers = [Straggler.Parse("1:4")],
            Network = NetworkShape.Parse("latency=1ms,bandwidth=100Mbit"),
            Output = folder.In("run"),
        });

        var ends = new Dictionary<int, double>();
        var staleness = new List<int>();
        double waited = 0;
        using var trace = System.Text.Json.JsonDocument.Parse(File.ReadAllText(folder.In("run/trace.json")));
        foreach (System.Text.Json.JsonElement span in trace.RootElement.GetProperty("traceEvents").EnumerateArray())
        {
            if (span.GetProperty("ph").GetString() != "X") continue;
            int endpoint = span.GetProperty("tid").GetInt32();
            double start = span.GetProperty("ts").GetDouble(), duration = span.GetProperty("dur").GetDouble();
            Assert.True(start >= ends.GetValueOrDefault(endpoint) - 0.2, $"endpoint {endpoint} does two things at {start} µs");
            ends[endpoint] = start + duration;
            if (span.GetProperty("name").GetString() == "wait" && endpoint < 4) waited += duration / 1e6;
            if (span.GetProperty("args").TryGetProperty("staleness", out System.Text.Json.JsonElement old)) staleness.Add(old.GetInt32());
        }

        Assert.Equal(report.Workers.Sum(worker => worker.CausedWaitSeconds), waited, 6);
        Assert.Equal(report.Staleness.Histogram, Enumerable.Range(0, report.Staleness.Max + 1).Select(value => (long)staleness.Count(value.Equals)));
        Assert.True(new FileInfo(folder.In("run/timeline.svg")).Length > 1000);
    }

    private static Task<RunReport> RunAsync(string strategy, TrainingJob job) =>
        new SimulatedCluster().RunAsync(job with { Strategy = Specification.Parse(strategy) }, null, CancellationToken.None);
}
