using System.Text.Json;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class RunFolderTests
{
    [Theory]
    [InlineData("all-reduce")]
    [InlineData("async")]
    public async Task A_run_leaves_its_job_report_metrics_trace_and_checkpoint(string strategy)
    {
        using var folder = new TemporaryFolder();
        TrainingJob job = TestRuns.Job(strategy, steps: 20) with { Output = folder.In("run") };

        RunReport report = await TestRuns.RunAsync(job);

        RunDirectory directory = RunDirectory.Open(folder.In("run"));
        Assert.Equal(JobFile.ToYaml(job), JobFile.ToYaml(directory.ReadJob()));
        Assert.Equal(RunReportJson.ToJson(report, indented: true), RunReportJson.ToJson(directory.ReadReport(), indented: true));
        Assert.Equal(report.Evaluations.Count, File.ReadAllLines(folder.In("run/metrics.jsonl")).Length);
        Checkpoint checkpoint = directory.LoadLastCheckpoint();
        Assert.Equal(report.Samples.Applied, checkpoint.SamplesApplied);
        Assert.Equal(report.Steps, checkpoint.Step);
        Assert.Contains("conductor", checkpoint.States.Keys);
    }

    [Fact]
    public async Task The_trace_has_one_compute_stretch_a_step_and_none_before_the_go()
    {
        using var folder = new TemporaryFolder();

        RunReport report = await TestRuns.RunAsync(TestRuns.Job(steps: 20) with { Output = folder.In("run") });

        using JsonDocument trace = JsonDocument.Parse(File.ReadAllText(folder.In("run/trace.json")));
        JsonElement[] spans = [.. trace.RootElement.GetProperty("traceEvents").EnumerateArray().Where(item => item.GetProperty("ph").GetString() == "X")];
        foreach (WorkerReport worker in report.Workers)
        {
            JsonElement[] computing = [.. spans.Where(span => span.GetProperty("tid").GetInt32() == worker.Rank && span.GetProperty("name").GetString() == "compute")];
            Assert.Equal(20, computing.Length);
            Assert.Equal(worker.ComputeSeconds, computing.Sum(span => span.GetProperty("dur").GetDouble()) / 1e6, tolerance: 1e-3);
        }
        double wall = report.WallSeconds * 1e6;
        Assert.All(spans, span => Assert.InRange(span.GetProperty("ts").GetDouble(), 0, wall));
        Assert.Equal(report.Evaluations.Count, spans.Count(span => span.GetProperty("tid").GetInt32() == 3));
    }
}
