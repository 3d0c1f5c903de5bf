using Rubato.Strategies.Bmuf;
using Rubato.Strategies.LocalSgd;
using Rubato.Strategies.SlowMo;
using Rubato.Training;

namespace Rubato.Tests.Strategies.SlowMo;

public class SlowMoTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 1)]
    [InlineData(7, 4)]
    public void Without_slow_momentum_and_at_slow_rate_1_it_is_local_sgd_to_the_bit(int workers, int period)
    {
        var job = new TestJob($"slowmo:period={period},slow-momentum=0,slow-rate=1,buffers=keep") { Workers = workers, Batches = 10L * workers };

        TestRun run = TestCluster.Train(job), reference = TestCluster.Train(job with { Strategy = $"local-sgd:period={period}" });

        Assert.Equal(reference.Model, run.Model);
    }

    // Both carry the momentum in units of the gradient, so the schedule is no difference.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void At_period_1_under_plain_sgd_it_is_synchronous_heavy_ball(int workers)
    {
        var job = new TestJob("slowmo:period=1,slow-momentum=0.6,buffers=keep") { Workers = workers, Batches = 12L * workers, Momentum = 0 };

        TestRun run = TestCluster.Train(job), reference = TestCluster.Train(job with { Strategy = "all-reduce", Momentum = 0.6f });

        Assert.All(reference.Model.Zip(run.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public void Anchor_momentum_and_after_an_average_the_replica_are_the_same_bits_on_every_worker()
    {
        TestRun run = TestCluster.Train(new TestJob("slowmo:period=3") { Workers = 7, Batches = 6 * 7 });

        for (int rank = 1; rank < 7; rank++)
        {
            Assert.Null(run.States["worker-0"].FirstDifference(run.States[$"worker-{rank}"]));
            Assert.Null(run.States["worker-0-replica"].FirstDifference(run.States[$"worker-{rank}-replica"]));
        }
        Assert.All(VectorOf(run, "worker-0", "momentum"), value => Assert.NotEqual(0, value));
    }

    [Fact]
    public void Buffers_are_reset_kept_or_averaged()
    {
        TestRun Run(string buffers, long steps = 3) =>
            TestCluster.Train(new TestJob($"slowmo:period=3,buffers={buffers}") { Workers = 2, Batches = 2 * steps });
        TestRun kept = Run("keep"), reset = Run("reset"), averaged = Run("average");

        float[] mine = VectorOf(kept, "optimizer-0", "velocity"), others = VectorOf(kept, "optimizer-1", "velocity");
        Assert.NotEqual(mine, others);
        Assert.All(VectorOf(reset, "optimizer-0", "velocity"), value => Assert.Equal(0, value));
        Assert.Equal(mine.Zip(others, (a, b) => (a + b) * 0.5f), VectorOf(averaged, "optimizer-0", "velocity"));
        Assert.Equal(VectorOf(averaged, "optimizer-0", "velocity"), VectorOf(averaged, "optimizer-1", "velocity"));
        Assert.Equal(kept.Model, averaged.Model);
        Assert.Equal(kept.Model, reset.Model);
        Assert.Equal(3, new[] { "keep", "reset", "average" }.Select(buffers => Run(buffers, steps: 5).Model[0]).Distinct().Count());
    }

    [Fact]
    public void The_momentum_is_the_decayed_sum_of_all_directions_whatever_the_rate_becomes()
    {
        const float Beta = 0.7f;
        var slow = Slow(new SlowMoOptions { SlowMomentum = Beta });
        float[] x = [1, -2, 0.5f];
        slow.Begin(x);
        var expected = new double[3];
        for (int step = 0; step < 8; step++)
        {
            // The rate falls by ten on the way; a direction is what a block moved in units of the rate.
            float rate = step < 4 ? 0.5f : 0.05f;
            for (int j = 0; j < x.Length; j++)
            {
                float direction = MathF.Sin(3 * step + j);
                x[j] -= rate * direction;
                expected[j] = Beta * expected[j] + direction;
            }
            slow.TakeSlowStep(x, rate);
        }

        float[] momentum = StateSnapshot.Of(slow).Fields.Single(field => field.Name == "momentum").Vector!;
        Assert.All(momentum.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    [Fact]
    public void A_rate_of_0_leaves_the_momentum_and_moves_only_by_the_displacement()
    {
        var slow = Slow(new SlowMoOptions { SlowRate = 0.5f });
        slow.Begin([1, 1]);
        float[] x = [3, 0];

        slow.TakeSlowStep(x, learningRate: 0);

        Assert.Equal([2, 0.5f], x);
        Assert.All(StateSnapshot.Of(slow).Fields.Single(field => field.Name == "momentum").Vector!, value => Assert.Equal(0, value));
    }

    // Wang et al., section 2: Δ = −α γ u.
    [Theory]
    [InlineData(1f, 0.7f)]
    [InlineData(0.6f, 0.9f)]
    public void Classical_block_momentum_is_slowmo_at_a_constant_rate(float rate, float momentum)
    {
        var slow = Slow(new SlowMoOptions { SlowRate = rate, SlowMomentum = momentum });
        var block = new BlockFilter(rate, momentum, isNesterov: false);
        float[] x = [1, -2, 0.5f], y = [.. x];
        slow.Begin(x);
        block.Begin(y);
        for (int step = 0; step < 10; step++)
        {
            for (int j = 0; j < x.Length; j++)
            {
                x[j] -= 0.1f * (x[j] - MathF.Cos(step + j));
                y[j] -= 0.1f * (y[j] - MathF.Cos(step + j));
            }
            slow.TakeSlowStep(x, learningRate: 0.1f);
            block.Update(y);
        }

        Assert.All(x.Zip(y), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    private static SlowMoStrategy Slow(SlowMoOptions options) => new(options, new LocalStepsStrategy());

    private static float[] VectorOf(TestRun run, string state, string field) =>
        run.States[state].Fields.Single(candidate => candidate.Name == field).Vector!;
}
