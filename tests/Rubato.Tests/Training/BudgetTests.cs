using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class BudgetTests
{
    public static TheoryData<string> Strategies => ["all-reduce", "backup-workers:backup=1", "async", "ssp:bound=2", "grouped:groups=3"];

    [Theory, MemberData(nameof(Strategies))]
    public async Task A_budget_in_steps_ends_the_run(string strategy)
    {
        RunReport report = await TestRuns.RunAsync(TestRuns.Job(strategy, steps: 9));

        TestRuns.AccountAddsUp(report);
        Assert.InRange(report.Samples.Applied, 9 * 3 * 8, 10 * 3 * 8);
        Assert.Equal(9, report.Steps);
    }

    [Fact]
    public async Task A_synchronous_budget_is_met_to_the_sample_and_nothing_is_left_over()
    {
        RunReport report = await TestRuns.RunAsync(TestRuns.Job(steps: 9));

        Assert.Equal(new SampleAccount(9 * 3 * 8, 9 * 3 * 8, 0, 0), report.Samples);
        Assert.All(report.Workers, worker => Assert.Equal(9, worker.Steps));
        Assert.Equal(new StalenessSummary(0, 0, 0, [27]) with { Histogram = report.Staleness.Histogram }, report.Staleness);
    }

    [Theory, MemberData(nameof(Strategies))]
    public async Task A_budget_in_epochs_counts_applied_samples(string strategy)
    {
        RunReport report = await TestRuns.RunAsync(TestRuns.Job(strategy, steps: null) with { Epochs = 0.5 });

        TestRuns.AccountAddsUp(report);
        Assert.InRange(report.Samples.Applied, 719, 719 + 24 + 24);
        Assert.Equal(report.Samples.Applied / 1437.0, report.Epochs);
    }

    [Theory, MemberData(nameof(Strategies))]
    public async Task A_budget_in_seconds_ends_the_run(string strategy)
    {
        RunReport report = await TestRuns.RunAsync(TestRuns.Job(strategy, steps: null) with
        {
            MaxSeconds = 0.3,
            ComputeTime = new ComputeTime(TimeSpan.FromMilliseconds(4)),
        });

        TestRuns.AccountAddsUp(report);
        Assert.True(report.TrainSeconds >= 0.3, $"{report.TrainSeconds} s");
        if (strategy == "all-reduce") Assert.Single(report.Workers.Select(worker => worker.Steps).Distinct());
    }

    [Theory, MemberData(nameof(Strategies))]
    public async Task A_target_ends_the_run_at_the_evaluation_that_reaches_it(string strategy)
    {
        RunReport report = await TestRuns.RunAsync(TestRuns.Job(strategy, steps: null) with
        {
            TargetAccuracy = 0.4,
            Epochs = 50,
            Optimizer = Specification.Parse("sgd:lr=0.2"),
        });

        TestRuns.AccountAddsUp(report);
        EvaluationPoint reached = report.Evaluations.First(point => point.TestAccuracy >= 0.4);
        Assert.Equal(reached.Seconds, report.SecondsToTarget);
        Assert.Equal(reached.BytesSent, report.BytesToTarget);
        Assert.True(report.Epochs < 25, $"{report.Epochs} epochs");
        if (strategy == "all-reduce") Assert.Same(report.Evaluations[^1], reached);
    }

    [Fact]
    public async Task A_target_that_is_not_reached_leaves_no_time_to_it()
    {
        RunReport report = await TestRuns.RunAsync(TestRuns.Job(steps: 2) with { TargetAccuracy = 1 });

        Assert.Null(report.SecondsToTarget);
        Assert.Null(report.BytesToTarget);
    }

    [Fact]
    public async Task Training_time_stands_still_while_the_model_is_evaluated()
    {
        TrainingJob job = TestRuns.Job(steps: 20) with { EvaluateEvery = 0.01 };

        RunReport report = await TestRuns.RunAsync(job);

        Assert.Equal(20, report.Evaluations.Count);
        Assert.True(report.TrainSeconds < report.WallSeconds);
        double busy = report.Workers.Average(worker => worker.ComputeSeconds + worker.WaitSeconds);
        // Every worker's own time without its pauses is the cluster's, but for the messages that begin and end a pause.
        Assert.True(report.TrainSeconds <= report.WallSeconds && busy <= report.WallSeconds, $"{busy} {report.TrainSeconds} {report.WallSeconds}");
    }
}
