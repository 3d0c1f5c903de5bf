using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class RunDirectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_report_read_back_writes_the_same_json() => Prop.ForAll(RandomJobs.Arbitrary, Gen.Choose(0, 3).ToArbitrary(), (job, size) =>
    {
        RunReport report = Make(job, size);
        string json = RunReportJson.ToJson(report, indented: true);
        RunReport read = RunReportJson.Read(json, "law");
        RandomJobs.AssertSame(job, read.Job);
        Assert.Equal(json, RunReportJson.ToJson(read, indented: true));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_line_has_every_field_and_null_where_there_is_no_value()
    {
        string json = RunReportJson.ToJson(Make(new TrainingJob(), size: 0), indented: false);
        Assert.DoesNotContain('\n', json);
        using JsonDocument document = JsonDocument.Parse(json);
        foreach (string field in (string[])
            ["strategy", "compressor", "workers", "servers", "on", "dataset", "model", "seed", "steps", "samples", "epochs", "train_seconds",
             "wall_seconds", "train_loss", "test_loss", "test_accuracy", "target_accuracy", "seconds_to_target", "bytes_to_target",
             "bytes_sent", "messages_sent", "staleness", "wait_fraction", "parameters_sha256"])
        {
            Assert.True(document.RootElement.TryGetProperty(field, out _), field);
        }
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("target_accuracy").ValueKind);
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("train_loss").ValueKind);   // NaN
        Assert.Equal(["mean", "max", "p95", "histogram"], document.RootElement.GetProperty("staleness").EnumerateObject().Select(p => p.Name));
        Assert.Equal("all-reduce", document.RootElement.GetProperty("strategy").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"staleness\":3}")]
    public void What_is_no_report_is_refused(string json) =>
        Assert.Contains("report.json", Assert.Throws<InvalidRequestException>(() => RunReportJson.Read(json, "x")).Message);

    [Fact]
    public void A_run_leaves_its_job_metrics_and_report()
    {
        RunDirectory directory = RunDirectory.Create(_folder.In("a/b"));
        var job = new TrainingJob { Workers = 3 };
        directory.WriteJob(job);
        directory.AppendMetrics(new(0.5, 1.25, 100, null, 0.7, 0.9));
        Assert.Single(File.ReadAllLines(_folder.In("a/b/metrics.jsonl")));   // to be read while the run goes on
        directory.AppendMetrics(new(1, 2.5, 200, 0.3, 0.6, null));
        directory.WriteReport(Make(job, 2));

        RunDirectory opened = RunDirectory.Open(_folder.In("a/b"));
        Assert.Equal(job, opened.ReadJob() with { Stragglers = job.Stragglers });
        Assert.Equal(3, opened.ReadReport().Job.Workers);
        string[] lines = File.ReadAllLines(_folder.In("a/b/metrics.jsonl"));
        Assert.Equal(0.9, JsonDocument.Parse(lines[0]).RootElement.GetProperty("test_accuracy").GetDouble());
        Assert.Equal(2, lines.Length);
    }

    [Fact]
    public void A_finished_run_and_a_checkpoint_are_not_overwritten()
    {
        string path = _folder.In("run");
        RunDirectory directory = RunDirectory.Create(path);
        directory.WriteJob(new TrainingJob());
        RunDirectory.Create(path).WriteJob(new TrainingJob());   // nothing to lose yet

        directory.SaveCheckpoint(new Checkpoint { Step = 1, SamplesApplied = 1, NextBatch = 1, ClusterSeconds = 1, Model = [1], States = new Dictionary<string, StateSnapshot>() });
        Assert.Contains("--resume", Assert.Throws<InvalidRequestException>(() => RunDirectory.Create(path)).Message);

        directory.WriteReport(Make(new TrainingJob(), 1));
        Directory.Delete(System.IO.Path.Combine(path, "checkpoints"), recursive: true);
        string message = Assert.Throws<InvalidRequestException>(() => RunDirectory.Create(path)).Message;
        Assert.Contains("finished run", message);
        Assert.Contains("another --output", message);
        Assert.Equal(1, RunDirectory.Open(path).ReadReport().Samples.Computed);
    }

    [Fact]
    public void A_full_disk_is_one_clear_error_and_the_report_before_stays()
    {
        string path = _folder.In("run");
        RunDirectory directory = RunDirectory.Create(path);
        directory.WriteJob(new TrainingJob());
        directory.WriteReport(Make(new TrainingJob(), 1));
        for (int operations = 0; operations < 3; operations++)
        {
            RunDirectory full = RunDirectory.Open(path, new FailingFileStore(operations));
            string message = Assert.Throws<RunFailedException>(() => full.WriteReport(Make(new TrainingJob(), 3))).Message;
            Assert.Contains("No space left on device", message);
            Assert.Contains("report.json", message);
            Assert.Equal(1, RunDirectory.Open(path).ReadReport().Samples.Computed);
        }
        Assert.Throws<RunFailedException>(() => RunDirectory.Open(path, new FailingFileStore(1)).AppendMetrics(new(0, 0, 0, null, 0, null)));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_and_one_without_a_run_are_refused()
    {
        File.WriteAllText(_folder.In("file"), "");
        Assert.Contains("another --output", Assert.Throws<InvalidRequestException>(() => RunDirectory.Create(_folder.In("file/run"))).Message);
        Assert.Contains("no run directory", Assert.Throws<InvalidRequestException>(() => RunDirectory.Open(_folder.Path)).Message);
    }

    [SkippableFact]
    public void A_file_system_without_folders_of_ones_own_is_not_called_a_missing_file()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux has /proc.");
        string message = Assert.Throws<InvalidRequestException>(() => RunDirectory.Create("/proc/foo")).Message;
        Assert.Equal("The output folder '/proc/foo' cannot be used: no folder can be made there. Choose another --output.", message);
    }

    [Fact]
    public void A_trace_has_a_named_row_for_each_endpoint_and_one_complete_event_for_each_span()
    {
        RunDirectory directory = RunDirectory.Create(_folder.In("run"));
        TracePhase[] phases = [TracePhase.Compute, TracePhase.Wait, TracePhase.Communicate, TracePhase.Evaluate];
        TraceSpan[] spans =
        [
            .. Enumerable.Range(0, 2000).Select(i => new TraceSpan(
                i % 2, phases[i % 4], TimeSpan.FromMicroseconds(i * 10), TimeSpan.FromTicks(15), i)),
            new(1, TracePhase.Compute, TimeSpan.Zero, TimeSpan.FromTicks(15), 7, Thread: 1), new(0, TracePhase.Background, TimeSpan.Zero, TimeSpan.FromTicks(15), 7),
        ];
        directory.WriteTrace(spans, ["worker 0", "worker 1", "conductor"]);

        using JsonDocument trace = JsonDocument.Parse(File.ReadAllText(_folder.In("run/trace.json")));
        JsonElement[] events = [.. trace.RootElement.GetProperty("traceEvents").EnumerateArray()];
        Assert.Equal(["worker 0", "worker 0, sync", "worker 1", "worker 1, +1", "conductor"], events.Where(e => e.GetProperty("name").GetString() == "thread_name")
            .Select(e => e.GetProperty("args").GetProperty("name").GetString()));
        JsonElement[] complete = [.. events.Where(e => e.GetProperty("ph").GetString() == "X")];
        Assert.Equal(spans.Length, complete.Length);
        JsonElement third = complete[2];
        Assert.Equal("communicate", third.GetProperty("name").GetString());
        Assert.Equal(20, third.GetProperty("ts").GetDouble());
        Assert.Equal(1.5, third.GetProperty("dur").GetDouble());
        Assert.Equal([0, 4, 3], complete[2..3].Concat(complete[^2..]).Select(e => e.GetProperty("tid").GetInt32()));
    }

    private static RunReport Make(TrainingJob job, int size) => new()
    {
        Job = job,
        Servers = size,
        Steps = 10,
        Samples = new SampleAccount(size, 2, 3, 4),
        Epochs = 1 / 3.0,
        TrainSeconds = 0.1,
        WallSeconds = 12,
        TrainLoss = size == 0 ? double.NaN : 0.25,
        TestLoss = size == 1 ? null : 0.5,
        TestAccuracy = 0.97,
        SecondsToTarget = size == 2 ? 3.5 : null,
        BytesToTarget = size == 2 ? long.MaxValue : null,
        BytesSent = 1L << 40,
        MessagesSent = 3,
        Staleness = new StalenessSummary(0.5, 3, 2, [.. Enumerable.Range(0, size).Select(i => (long)i)]),
        WaitFraction = 0.125,
        ParametersSha256 = "ab",
        ResumedAtStep = size == 3 ? 7 : null,
        Workers = [.. Enumerable.Range(0, size).Select(i => new WorkerReport(i, 1, 2, 3.5, 4.5, 6, 7.5, 8))],
        Evaluations = [.. Enumerable.Range(0, size).Select(i => new EvaluationPoint(i, 1, 2, null, 0.5, 0.9))],
        MissedFaults = [.. Enumerable.Range(0, size).Select(i => $"crash:{i}@9s")],
        Losses = [.. Enumerable.Range(0, size).Select(i => $"worker {i}: \"killed\"")],
    };
}
