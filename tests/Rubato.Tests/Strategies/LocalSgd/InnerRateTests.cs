namespace Rubato.Tests.Strategies.LocalSgd;

/// <summary>The two step sizes of Woodworth et al., arXiv:2006.04735, and the corners where they are something else.</summary>
public class InnerRateTests
{
    public static TheoryData<int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, int>();
            foreach (int workers in new[] { 1, 3, 7 })
                foreach (int period in new[] { 1, 2, 5 }) sizes.Add(workers, period);
            return sizes;
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void With_an_inner_rate_of_0_it_is_minibatch_sgd(int workers, int period)
    {
        var job = new TestJob($"local-sgd:period={period},inner-rate=0") { Workers = workers, Batches = 10L * workers, Momentum = 0, Rate = _ => 0.05f };

        TestRun run = TestCluster.Train(job), minibatch = TestCluster.Train(job with { Strategy = $"minibatch-sgd:batches={period}" });

        Assert.All(minibatch.Model.Zip(run.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    // Both begin their periods at x and go a multiple of the way to the mean of the replicas.
    [Theory]
    [InlineData(0.5f)]
    [InlineData(0.25f)]
    [InlineData(2f)]
    public void With_another_inner_rate_it_is_averages_that_are_followed_by_a_share_of_the_way(float inner)
    {
        TestGradient curved = (worker, seed, batch, x, gradient) =>
        {
            TestWorker.GradientOf(seed, batch, x, gradient);
            for (int j = 0; j < x.Length; j++) gradient[j] += worker * 0.2f * MathF.Sin(x[j]);
        };
        var job = new TestJob(FormattableString.Invariant($"local-sgd:period=4,inner-rate={inner}")) { Batches = 36, Momentum = 0, Gradient = curved, Rate = _ => 0.1f };

        TestRun run = TestCluster.Train(job);
        TestRun share = TestCluster.Train(job with
        {
            Strategy = FormattableString.Invariant($"slowmo:period=4,slow-momentum=0,slow-rate={1 / inner},buffers=keep"),
            Rate = _ => 0.1f * inner,
        });

        Assert.All(share.Model.Zip(run.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        TestRun plain = TestCluster.Train(job with { Strategy = "local-sgd:period=4" });
        Assert.Contains(plain.Model.Zip(run.Model), pair => MathF.Abs(pair.First - pair.Second) > 1e-4f);
    }

    [Theory]
    [InlineData("local-sgd:period=1")]
    [InlineData("local-sgd:period=1,inner-rate=0")]
    [InlineData("local-sgd:period=1,inner-rate=0.3")]
    [InlineData("minibatch-sgd:batches=1")]
    public void With_an_exchange_after_every_step_all_of_them_coincide(string strategy)
    {
        var job = new TestJob(strategy) { Workers = 3, Batches = 36, Momentum = 0 };

        TestRun run = TestCluster.Train(job), reference = TestCluster.Train(job with { Strategy = "all-reduce" });

        Assert.All(reference.Model.Zip(run.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Identical_workers_without_noise_take_the_steps_of_one()
    {
        TestGradient exact = (_, _, _, x, gradient) =>
        {
            for (int j = 0; j < x.Length; j++) gradient[j] = (1 + j) * 0.2f * (x[j] - 1);
        };
        var job = new TestJob("local-sgd:period=5") { Workers = 3, Batches = 60, Momentum = 0, Gradient = exact };

        TestRun many = TestCluster.Train(job), one = TestCluster.Train(job with { Workers = 1, Batches = 20, BatchSize = 12 });

        Assert.All(one.Model.Zip(many.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    // f_m(x) = a_m (x − b_m)²/2 with a = (1, 0.1) and b = (1, −1): the optimum is at Σ a_m b_m / Σ a_m = 0.8182. K local steps of 0.5 weigh worker m
    // by 1 − (1 − 0.5 a_m)^K instead of a_m.
    [Theory]
    [InlineData("local-sgd:period=1", 1, 0.8182f)]
    [InlineData("local-sgd:period=5", 5, 0.6214f)]
    [InlineData("local-sgd:period=20", 20, 0.2184f)]
    [InlineData("local-sgd:period=5,inner-rate=0", 5, 0.8182f)]
    [InlineData("minibatch-sgd:batches=5,scale=fixed", 5, 0.8182f)]
    [InlineData("minibatch-sgd:batches=20,scale=fixed", 20, 0.8182f)]
    [InlineData("accelerated-minibatch-sgd:batches=1", 1, 0.8182f)]
    [InlineData("accelerated-minibatch-sgd:batches=20", 20, 0.8182f)]
    public void Unequal_workers_pull_local_steps_away_from_the_optimum_and_minibatch_steps_not(string strategy, int round, float limit)
    {
        TestGradient unequal = (worker, _, _, x, gradient) => gradient[0] = worker == 0 ? x[0] - 1 : 0.1f * (x[0] + 1);
        var job = new TestJob(strategy) { Workers = 2, Length = 1, Batches = 2L * round * 200, Momentum = 0, Gradient = unequal, Rate = _ => 0.5f };

        Assert.Equal(limit, TestCluster.Train(job).Model[0], 1e-3f);
    }
}
