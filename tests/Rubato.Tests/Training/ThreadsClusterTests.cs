using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class ThreadsClusterTests
{
    public static TheoryData<string, int> Strategies => new()
    {
        { "all-reduce", 1 },
        { "all-reduce", 3 },
        { "backup-workers:backup=1", 3 },
        { "backup-workers:backup=0", 2 },
        { "async", 1 },
        { "async", 3 },
        { "ssp:bound=2", 3 },
        { "ssp:bound=0", 2 },
        { "grouped:groups=2", 4 },
        { "grouped:groups=1", 3 },
        { "grouped:groups=3", 3 },
    };

    [Theory, MemberData(nameof(Strategies))]
    public async Task Every_strategy_learns_the_digits_and_accounts_for_every_sample(string strategy, int workers)
    {
        RunReport report = await TestRuns.RunAsync(TestRuns.Job(strategy, workers, steps: null) with
        {
            Epochs = 3,
            EvaluateEvery = 1,
            BatchSize = 16,
            Model = Specification.Parse("mlp:hidden=32"),
            Optimizer = Specification.Parse("sgd:lr=0.2"),
        });

        TestRuns.AccountAddsUp(report);
        Assert.True(report.Samples.Applied >= 3 * 1437, $"{report.Samples}");
        Assert.True(report.TestAccuracy > 0.7, $"{strategy} × {workers}: accuracy {report.TestAccuracy}");
        Assert.True(report.Evaluations.Count >= 2);
        Assert.Equal(64, report.ParametersSha256.Length);
    }
}
