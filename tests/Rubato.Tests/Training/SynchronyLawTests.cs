using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class SynchronyLawTests
{
    [Theory]
    [InlineData(1, "sgd:lr=0.05,momentum=0.9")]
    [InlineData(3, "sgd:lr=0.05,momentum=0.9,weight-decay=0.001")]
    [InlineData(4, "adam:lr=0.01")]
    [InlineData(7, "sgd:lr=0.1")]
    public async Task Full_synchrony_has_one_result_whoever_applies_the_gradients(int workers, string optimizer)
    {
        string[] strategies = ["all-reduce", "backup-workers:backup=0", "grouped:groups=1"];
        var hashes = new List<string>();
        foreach (string strategy in strategies)
        {
            RunReport report = await TestRuns.RunAsync(TestRuns.Job(strategy, workers) with { Optimizer = Specification.Parse(optimizer) });
            Assert.Equal(12, report.Steps);
            hashes.Add(report.ParametersSha256);
        }
        Assert.Single(hashes.Distinct());
    }

    [Fact]
    public async Task One_worker_is_plain_descent_under_every_strategy()
    {
        string[] strategies = ["all-reduce", "backup-workers:backup=0", "grouped:groups=1", "async", "ssp:bound=0", "ssp:bound=3"];
        var hashes = new List<(string Strategy, string Hash)>();
        foreach (string strategy in strategies)
        {
            RunReport report = await TestRuns.RunAsync(TestRuns.Job(strategy, workers: 1, steps: 30));
            Assert.Equal(30 * 8, report.Samples.Applied);
            hashes.Add((strategy, report.ParametersSha256));
        }
        Assert.True(hashes.DistinctBy(pair => pair.Hash).Count() == 1, string.Join('\n', hashes));
    }

    [Theory]
    [InlineData("all-reduce")]
    [InlineData("backup-workers:backup=0")]
    [InlineData("grouped:groups=1")]
    public async Task The_same_seed_gives_the_same_bits_and_another_seed_others(string strategy)
    {
        TrainingJob job = TestRuns.Job(strategy);

        RunReport first = await TestRuns.RunAsync(job), again = await TestRuns.RunAsync(job), other = await TestRuns.RunAsync(job with { Seed = 2 });

        Assert.Equal(first.ParametersSha256, again.ParametersSha256);
        Assert.Equal(first.TrainLoss, again.TrainLoss);
        Assert.Equal(first.Evaluations.Select(point => point.TestLoss), again.Evaluations.Select(point => point.TestLoss));
        Assert.NotEqual(first.ParametersSha256, other.ParametersSha256);
    }

    [Fact]
    public async Task A_slow_worker_changes_the_time_of_a_synchronous_run_and_nothing_else()
    {
        TrainingJob job = TestRuns.Job();

        RunReport undisturbed = await TestRuns.RunAsync(job);
        RunReport slowed = await TestRuns.RunAsync(job with
        {
            ComputeTime = new ComputeTime(TimeSpan.FromMilliseconds(1)),
            Stragglers = [new Straggler.Fixed(1) { Factor = 3 }, new Straggler.Random { Probability = 0.5, Factor = 2 }],
        });

        Assert.Equal(undisturbed.ParametersSha256, slowed.ParametersSha256);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Workers_with_small_batches_are_one_worker_with_their_batches_together(int workers)
    {
        TrainingJob job = TestRuns.Job(workers: workers) with { Optimizer = Specification.Parse("sgd:lr=0.1") };

        float[] many = await TestRuns.ModelOfAsync(job);
        float[] one = await TestRuns.ModelOfAsync(job with { Workers = 1, BatchSize = workers * job.BatchSize });

        TestRuns.Close(many, one, 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_bound_of_zero_is_full_synchrony_to_rounding(int workers)
    {
        TrainingJob job = TestRuns.Job(workers: workers) with { Optimizer = Specification.Parse("sgd:lr=0.1") };

        float[] together = await TestRuns.ModelOfAsync(job);
        float[] bounded = await TestRuns.ModelOfAsync(job with { Strategy = Specification.Parse("ssp:bound=0") });

        TestRuns.Close(together, bounded, 1e-5);
    }
}
