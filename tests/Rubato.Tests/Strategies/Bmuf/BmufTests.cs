using Rubato.Strategies.Bmuf;

namespace Rubato.Tests.Strategies.Bmuf;

public class BmufTests
{
    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public void Without_momentum_it_is_local_sgd_to_rounding(string nesterov)
    {
        var job = new TestJob($"bmuf:period=3,block-momentum=0,nesterov={nesterov}") { Batches = 30 };

        float[] reference = TestCluster.Train(job with { Strategy = "local-sgd:period=3" }).Model;

        Assert.All(reference.Zip(TestCluster.Train(job).Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Theory]
    [InlineData(1, "0")]
    [InlineData(3, "0.6666667")]
    public void The_momentum_that_is_not_given_is_1_less_1_over_the_workers(int workers, string momentum)
    {
        var job = new TestJob("bmuf:period=2") { Workers = workers, Batches = 10L * workers };

        float[] reference = TestCluster.Train(job with { Strategy = $"bmuf:period=2,block-momentum={momentum}" }).Model;

        Assert.All(reference.Zip(TestCluster.Train(job).Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    // The paper's form keeps W and starts the next block at W + η Δ.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Starts_of_blocks_are_those_of_the_paper_that_keeps_the_filtered_model(bool nesterov)
    {
        const float Zeta = 0.8f, Eta = 0.7f;
        var block = new BlockFilter(Zeta, Eta, nesterov);
        float[] x = [2];
        block.Begin(x);
        double filtered = 2, start = 2, update = 0;
        for (int step = 0; step < 10; step++)
        {
            float displacement = MathF.Sin(2 * step) - 0.1f * x[0];
            x[0] += displacement;
            update = Eta * update + Zeta * (start + displacement - start);
            filtered += update;
            start = nesterov ? filtered + Eta * update : filtered;

            block.Update(x);

            Assert.Equal(start, x[0], 1e-4);
        }
    }
}
