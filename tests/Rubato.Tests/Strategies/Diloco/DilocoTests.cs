using Rubato.Optimizers;
using Rubato.Strategies.Bmuf;
using Rubato.Strategies.Diloco;
using Rubato.Training;

namespace Rubato.Tests.Strategies.Diloco;

public class DilocoTests
{
    [Theory]
    [InlineData(0.7f, 0.9f)]
    [InlineData(1f, 0f)]
    [InlineData(0.3f, 0.5f)]
    public void The_outer_step_is_that_of_nesterov_sgd_on_the_displacement(float rate, float momentum)
    {
        BlockFilter filter = Make(rate, momentum);
        Optimizer outer = new Sgd { LearningRate = rate, Momentum = momentum, Nesterov = momentum > 0 }.Create(3, []);
        float[] x = [1, -2, 0.5f], anchor = [.. x], displacement = new float[3];
        filter.Begin(x);
        for (int round = 0; round < 8; round++)
        {
            for (int j = 0; j < 3; j++)
            {
                x[j] += 0.1f * MathF.Cos(3 * round + j);
                displacement[j] = anchor[j] - x[j];
            }
            filter.Update(x);
            outer.Step(anchor, displacement, rate);

            Assert.All(anchor.Zip(x), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
            x.CopyTo(anchor, 0);
        }
    }

    // v = c (1 − μⁿ)/(1 − μ) after n rounds of displacement c, and the update that is kept is −η_o v.
    [Fact]
    public void A_constant_displacement_builds_up_its_geometric_sum()
    {
        const float C = 0.25f, Rate = 0.7f, Momentum = 0.9f;
        BlockFilter filter = Make(Rate, Momentum);
        float[] x = [0];
        filter.Begin(x);
        for (int round = 1; round <= 12; round++)
        {
            x[0] -= C;
            filter.Update(x);

            float update = StateSnapshot.Of(filter).Fields.Single(field => field.Name == "update").Vector![0];
            Assert.Equal(-Rate * C * (1 - Math.Pow(Momentum, round)) / (1 - Momentum), update, 1e-5);
        }
        // Downhill is where the workers went.
        Assert.True(x[0] < -12 * C);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(3, 1)]
    [InlineData(7, 3)]
    public void Without_momentum_and_at_outer_rate_1_it_is_local_sgd(int workers, int period)
    {
        var job = new TestJob($"diloco:period={period},outer-rate=1,outer-momentum=0") { Workers = workers, Batches = 12L * workers };

        TestRun run = TestCluster.Train(job), reference = TestCluster.Train(job with { Strategy = $"local-sgd:period={period}" });

        Assert.All(reference.Model.Zip(run.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void An_outer_step_leaves_the_inner_optimizer_as_it_is_and_all_workers_alike()
    {
        var job = new TestJob("diloco:period=3") { Workers = 3, Batches = 9 };
        TestRun run = TestCluster.Train(job), alone = TestCluster.Train(job with { Strategy = "local-sgd:period=100" });

        for (int rank = 0; rank < 3; rank++)
        {
            Assert.Null(alone.States[$"optimizer-{rank}"].FirstDifference(run.States[$"optimizer-{rank}"]));
            Assert.Null(run.States["worker-0"].FirstDifference(run.States[$"worker-{rank}"]));
            Assert.Null(run.States["worker-0-replica"].FirstDifference(run.States[$"worker-{rank}-replica"]));
        }
        Assert.NotNull(run.States["optimizer-0"].FirstDifference(run.States["optimizer-1"]));
    }

    private static BlockFilter Make(float rate, float momentum) =>
        ((BmufStrategy)new DilocoDefinition(new DilocoOptions { OuterRate = rate, OuterMomentum = momentum }).CreateWorker(2)).Filter;
}
