using Rubato.Numerics;
using Rubato.Strategies.AcceleratedMinibatchSgd;

namespace Rubato.Tests.Strategies.AcceleratedMinibatchSgd;

public class AcceleratedMinibatchSgdTests
{
    private const int Length = 10, Updates = 100;

    // Lan 2012: F(x^ag_t) − F* ≤ 4γ (B²/2) / (t (t + 1)) for γ ≥ H.
    [Theory]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(3u)]
    [InlineData(4u)]
    public void The_gap_stays_below_its_bound_on_random_quadratics(uint seed)
    {
        (double[] curvatures, double[] optimum) = Quadratic(seed);
        double smoothness = curvatures.Max(), distance = optimum.Sum(value => value * value);

        double[] gaps = Gaps(curvatures, optimum, smoothness);

        Assert.All(gaps.Index(), gap => Assert.InRange(gap.Item, 0, 2 * smoothness * distance / ((gap.Index + 1) * (gap.Index + 2)) + 1e-6));
        // What the bound rests on: with longer steps the stiffest direction blows up, until it is no number any more.
        Assert.False(Gaps(curvatures, optimum, smoothness / 4)[^1] < 1e3 * distance);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(2u)]
    public void It_is_far_ahead_of_plain_descent_where_curvatures_differ(uint seed)
    {
        (double[] curvatures, double[] optimum) = Quadratic(seed);

        double accelerated = Gaps(curvatures, optimum, curvatures.Max())[^1];
        double plain = curvatures.Zip(optimum, (curvature, at) => curvature / 2 * Math.Pow(at * Math.Pow(1 - curvature / curvatures.Max(), Updates), 2)).Sum();

        Assert.True(accelerated < plain / 4, $"{accelerated} against {plain}");
    }

    [Fact]
    public void With_shares_of_1_it_is_plain_descent_with_steps_that_grow()
    {
        var accelerated = new AcceleratedMinibatchSgdStrategy(new AcceleratedMinibatchSgdOptions());
        float[] point = [3, -2], plain = [3, -2], gradient = new float[2];
        accelerated.Begin(point);
        for (int update = 1; update <= 10; update++)
        {
            for (int j = 0; j < 2; j++) gradient[j] = (j + 1) * (point[j] - 0.5f);
            accelerated.Advance(new MomentumSgd(2, 0), gradient, 0.01f, update);
            accelerated.Mix(point, share: 1, nextShare: 1);
            for (int j = 0; j < 2; j++) plain[j] -= update * 0.01f * ((j + 1) * (plain[j] - 0.5f));
        }

        Assert.All(plain.Zip(point), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void The_first_update_is_that_of_minibatch_sgd()
    {
        var job = new TestJob("accelerated-minibatch-sgd:batches=3") { Batches = 9, Momentum = 0 };

        Assert.Equal(TestCluster.Train(job with { Strategy = "minibatch-sgd:batches=3,scale=fixed" }).Model, TestCluster.Train(job).Model);
    }

    [Fact]
    public void All_three_sequences_are_the_same_on_every_worker_and_the_average_is_the_model()
    {
        TestRun run = TestCluster.Train(new TestJob("accelerated-minibatch-sgd:batches=2") { Workers = 7, Batches = 7 * 8, Latency = 0.3 });

        float[] Of(int rank, string state, string name) => run.States[$"worker-{rank}{state}"].Fields.Single(field => field.Name == name).Vector!;
        for (int rank = 0; rank < 7; rank++)
        {
            Assert.Equal(run.Model, Of(rank, "", "average"));
            Assert.Equal(Of(0, "", "x"), Of(rank, "", "x"));
            Assert.Equal(Of(0, "-replica", "parameters"), Of(rank, "-replica", "parameters"));
        }
        Assert.All(run.Model.Zip(Of(0, "-replica", "parameters")), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    // Curvatures from 1 down to 10⁻⁴, and where the optimum is, from the start at 0.
    private static (double[] Curvatures, double[] Optimum) Quadratic(uint seed)
    {
        var random = RandomStream.Create(seed, "quadratic");
        return ([.. Enumerable.Range(0, Length).Select(j => j == 0 ? 1 : Math.Pow(10, -4 * random.NextDouble()))],
            [.. Enumerable.Range(0, Length).Select(_ => random.NextNormal())]);
    }

    private static double[] Gaps(double[] curvatures, double[] optimum, double gamma)
    {
        var accelerated = new AcceleratedMinibatchSgdStrategy(new AcceleratedMinibatchSgdOptions());
        var sgd = new MomentumSgd(Length, 0);
        float[] point = new float[Length], gradient = new float[Length];
        accelerated.Begin(point);
        return [.. Enumerable.Range(1, Updates).Select(update =>
        {
            for (int j = 0; j < Length; j++) gradient[j] = (float)(curvatures[j] * (point[j] - optimum[j]));
            accelerated.TakeStep(sgd, point, gradient, (float)(1 / (2 * gamma)), update);
            return accelerated.Average.ToArray().Select((value, j) => curvatures[j] / 2 * Math.Pow(value - optimum[j], 2)).Sum();
        })];
    }
}
