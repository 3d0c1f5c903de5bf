using Rubato.Cli;
using Rubato.Cli.Rendering;
using Rubato.Tests.Architecture;
using Rubato.Training;
using Spectre.Console.Rendering;

namespace Rubato.Tests.Cli.Rendering;

public class RenderingTests
{
    [Fact]
    public void The_contrast_of_two_runs() =>
        Verify("contrast", Text(ContrastTable.Of(SampleRuns.AllReduce, SampleRuns.Grouped)) + ContrastTable.Sentence(SampleRuns.AllReduce, SampleRuns.Grouped) + "\n");

    [Fact]
    public void A_run_that_saved_nothing_is_called_so() =>
        Verify("contrast-without-saving", ContrastTable.Sentence(SampleRuns.Grouped, SampleRuns.AllReduce) + "\n");

    [Fact]
    public void The_result_of_one_run() => Verify("result", Text(ResultTable.Of(SampleRuns.Grouped)));

    [Fact]
    public void A_result_with_everything_that_can_go_wrong()
    {
        RunReport report = SampleRuns.Grouped with
        {
            Job = SampleRuns.Grouped.Job with { TargetAccuracy = 0.99 },
            TestAccuracy = null,
            TrainLoss = null,
            WaitFraction = double.NaN,
            Samples = new SampleAccount(20, 10, 5, 5),
            Workers = [.. Enumerable.Range(0, 4).Select(rank => new WorkerReport(rank, 20, 320, 8, 2, 1000, rank == 3 ? 12.3 : 0.4, 0))],
            Losses = ["rank 3: connection closed [by peer]"],
        };
        Verify("result-with-losses", Text(ResultTable.Of(report)));
    }

    [Fact]
    public void Several_runs_in_one_table() => Verify("comparison", Text(ComparisonTable.Of([new(SampleRuns.AllReduce), new(SampleRuns.Grouped)])));

    [Theory]
    [InlineData("comparison-with-failure", false)]
    [InlineData("comparison-with-failed-first", true)]
    public void A_run_that_failed_is_a_row_without_figures(string name, bool isFirst)
    {
        RunReport report = SampleRuns.AllReduce with { Job = SampleRuns.AllReduce.Job with { TargetAccuracy = 0.9 }, SecondsToTarget = 3 };
        ComparedRun ended = new(report), failed = new(SampleRuns.Grouped.Job.Strategy, null, "Worker 3 is lost.");
        Verify(name, Text(ComparisonTable.Of(isFirst ? [failed, ended] : [ended, failed])));
    }

    [Fact]
    public void A_run_under_way() => Verify("progress-panel", Text(ProgressPanel.Of("grouped:groups=4", SampleRuns.Progress)));

    [Fact]
    public void A_run_under_way_with_many_workers_shows_the_slowest() =>
        Verify("progress-panel-many", Text(ProgressPanel.Of("async", SampleRuns.Progress with
        {
            StepsByWorker = [.. Enumerable.Range(0, 100).Select(rank => rank % 10 == 3 ? 20L : 60 + rank % 7)],
            SampleBudget = null,
            Lost = [3],
        })));

    [Fact]
    public void A_run_under_way_as_a_plain_line() => Verify("progress-line", string.Join('\n',
        ProgressLine.Of("grouped:groups=4", SampleRuns.Progress),
        ProgressLine.Of("async", SampleRuns.Progress with { SampleBudget = null, StepsByWorker = [.. new long[100]], Lost = [2, 5] }),
        ProgressLine.Of("ssp", new RunProgress("starting 8 workers", 0, null, 0, null, null, [], []))) + "\n");

    private static string Text(IRenderable renderable)
    {
        using var text = new StringWriter();
        new Terminal(text, outputIsLive: false, TextWriter.Null, errorIsLive: false).Write(renderable);
        return text.ToString();
    }

    private static void Verify(string name, string text) => Snapshot.Verify(text, $"tests/Rubato.Tests/Cli/Rendering/Expectations/{name}.txt");
}
