using Rubato.Strategies.LocalSgd;

namespace Rubato.Tests.Strategies.LocalSgd;

public class PeriodScheduleTests
{
    // Test jobs are half done after ten steps.
    [Fact]
    public void Until_the_switch_replicas_are_equal_after_every_step_and_then_after_every_period()
    {
        for (int steps = 1; steps <= 20; steps++)
        {
            TestRun run = TestCluster.Train(new TestJob("local-sgd:period=4,post-local=0.5") { Workers = 3, Batches = 3L * steps });

            bool equal = run.States["worker-0-replica"].FirstDifference(run.States["worker-1-replica"]) is null;
            Assert.Equal(steps <= 10 || (steps - 10) % 4 == 0, equal);
        }
    }

    [Theory]
    [InlineData("local-sgd:period=3,post-local=1", "local-sgd:period=1")]
    [InlineData("local-sgd:period=3,post-local=0", "local-sgd:period=3")]
    [InlineData("local-sgd:period=1,post-local=0.5", "local-sgd:period=1")]
    public void A_switch_at_either_end_is_no_switch(string strategy, string same)
    {
        var job = new TestJob(strategy) { Batches = 60 };

        Assert.Equal(TestCluster.Train(job with { Strategy = same }).Model, TestCluster.Train(job).Model);
    }

    [Theory]
    [InlineData(0, 8, 8, 8)]
    [InlineData(1, 8, 16, 80)]
    [InlineData(2, 8, 32, 800)]
    public void The_period_grows_as_the_rate_falls_and_not_as_it_warms_up(double growth, long full, long half, long tenth)
    {
        var local = new LocalSgdStrategy(new LocalSgdOptions { Period = 8, Growth = growth });

        Assert.Equal(8, local.PeriodAt(double.NaN, 0.01f));
        Assert.Equal(8, local.PeriodAt(double.NaN, 0.05f));
        Assert.Equal(full, local.PeriodAt(double.NaN, 0.1f));
        Assert.Equal(half, local.PeriodAt(double.NaN, 0.05f));
        Assert.Equal(tenth, local.PeriodAt(double.NaN, 0.01f));
        Assert.InRange(local.PeriodAt(double.NaN, 0), growth == 0 ? 8 : 1_000_000, int.MaxValue);
    }

    // After two steps the rate is a half: averages at 2, 6, 10, …
    [Fact]
    public void A_grown_period_is_kept_to()
    {
        for (int steps = 1; steps <= 12; steps++)
        {
            TestRun run = TestCluster.Train(new TestJob("local-sgd:period=2,growth=1")
            {
                Workers = 2,
                Batches = 2L * steps,
                Rate = samples => samples < 2 * 2 * 4 ? 0.2f : 0.1f,
            });

            bool equal = run.States["worker-0-replica"].FirstDifference(run.States["worker-1-replica"]) is null;
            Assert.Equal(steps % 4 == 2, equal);
        }
    }
}
