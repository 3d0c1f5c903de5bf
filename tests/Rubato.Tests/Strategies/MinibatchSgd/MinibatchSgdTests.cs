using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Tests.Strategies.MinibatchSgd;

public class MinibatchSgdTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void One_batch_an_update_is_all_reduce_to_the_bit(int workers)
    {
        var job = new TestJob("minibatch-sgd:batches=1") { Workers = workers, Batches = 12L * workers };

        Assert.Equal(TestCluster.Train(job with { Strategy = "all-reduce" }).Model, TestCluster.Train(job).Model);
    }

    [Theory]
    [InlineData("linear", 4f)]
    [InlineData("fixed", 1f)]
    public void An_update_is_one_step_along_the_mean_of_all_gradients_at_one_point(string scale, float times)
    {
        var job = new TestJob($"minibatch-sgd:batches=4,scale={scale}") { Workers = 3, Batches = 12, Momentum = 0, Rate = _ => 0.1f };
        TestRun run = TestCluster.Train(job);

        float[] start = [.. Enumerable.Range(0, job.Length).Select(j => 0.1f * j - 0.7f)], gradient = new float[job.Length];
        double[] mean = new double[job.Length];
        for (long batch = 0; batch < 12; batch++)
        {
            TestWorker.GradientOf(job.Seed, batch, start, gradient);
            for (int j = 0; j < mean.Length; j++) mean[j] += gradient[j] / 12.0;
        }

        Assert.All(run.Model.Index(), element => Assert.Equal(start[element.Index] - 0.1 * times * mean[element.Index], element.Item, 1e-5));
        Assert.Equal(12, run.Applied.Count);
        Assert.All(run.Applied, applied => Assert.Equal(0, applied.Staleness));
    }

    [Fact]
    public void Nothing_moves_within_a_round_and_what_is_left_over_is_not_reported()
    {
        TestRun whole = TestCluster.Train(new TestJob("minibatch-sgd:batches=4") { Workers = 2, Batches = 2 * 8 });
        TestRun more = TestCluster.Train(new TestJob("minibatch-sgd:batches=4") { Workers = 2, Batches = 2 * 11, EndsAnywhere = true });

        Assert.Equal(whole.Model, more.Model);
        Assert.Equal(16, more.Applied.Count);
        Assert.Equal(22, more.Computed);
        Assert.NotNull(more.States["worker-0"].FirstDifference(more.States["worker-1"]));
    }

    // As many gradients and as many exchanges of as many bytes: what the comparison with local SGD rests on.
    [Fact]
    public async Task Budgets_and_bytes_are_those_of_local_sgd()
    {
        RunReport[] reports = [.. await Task.WhenAll(new[] { "local-sgd:period=5", "local-sgd:period=5,inner-rate=0", "minibatch-sgd:batches=5", "accelerated-minibatch-sgd:batches=5" }.Select(strategy =>
            new SimulatedCluster().RunAsync(
                new TrainingJob
                {
                    On = World.Simulation,
                    Workers = 3,
                    BatchSize = 2,
                    Steps = 20,
                    EvaluateEvery = 1,
                    Model = Specification.Parse("logistic"),
                    Optimizer = Specification.Parse("sgd:lr=0.01"),
                    Strategy = Specification.Parse(strategy),
                    ComputeTime = ComputeTime.Parse("20ms"),
                },
                null, CancellationToken.None)))];

        Assert.All(reports, report => Assert.Equal((3 * 2 * 20L, 3 * 2 * 20L), (report.Samples.Computed, report.Samples.Applied)));
        Assert.Single(reports.Select(report => report.BytesSent).Distinct());
        Assert.Single(reports.Select(report => report.TrainSeconds).Distinct());
        Assert.True(reports[0].BytesSent > 0);
    }
}
