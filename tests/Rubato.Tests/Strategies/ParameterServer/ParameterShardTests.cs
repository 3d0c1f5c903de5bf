using Rubato.Numerics;
using Rubato.Strategies.ParameterServer;
using Rubato.Training;

namespace Rubato.Tests.Strategies.ParameterServer;

public class ParameterShardTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(13)]
    public void A_full_update_takes_the_jobs_rate_to_the_bit(int length)
    {
        float[] gradient = Draw("gradient", length), x = Draw("x", length);
        ParameterShard shard = Shard(x, LearningRateScale.Linear);

        shard.Apply(gradient, samples: 60, position: 0);

        var expected = x.ToArray();
        new MomentumSgd(length, 0.5f).Step(expected, gradient, 0.1f);
        Assert.Equal(expected, shard.Parameters.ToArray());
        Assert.Equal((1, 60), (shard.Version, shard.SamplesApplied));
    }

    [Theory]
    [InlineData(60, 0.1f)]
    [InlineData(30, 0.05f)]
    [InlineData(20, 0.1f / 3)]
    public void Linear_scaling_takes_the_share_and_fixed_takes_all(int samples, float linear)
    {
        Assert.Equal(linear, LearningRateScales.Scaled(0.1f, LearningRateScale.Linear, samples, 60));
        Assert.Equal(0.1f, LearningRateScales.Scaled(0.1f, LearningRateScale.Fixed, samples, 60));
    }

    [Fact]
    public void The_schedule_is_asked_at_the_samples_applied_before_the_update()
    {
        var asked = new List<long>();
        var shard = new ParameterShard([1f], new MomentumSgd(1, 0), samples => { asked.Add(samples); return 0.1f; }, LearningRateScale.Linear, 8);

        for (int update = 0; update < 3; update++)
        {
            shard.Accumulate([1f], 0);
            shard.Accumulate([2f], 1);
            shard.ApplyMean(2, samples: 8);
        }

        Assert.Equal([0, 8, 16], asked);
    }

    [Fact]
    public void A_restored_shard_goes_on_to_the_bit()
    {
        float[] x = Draw("x", 13), gradient = Draw("gradient", 13);
        ParameterShard one = Shard(x, LearningRateScale.Linear), other = Shard(new float[13], LearningRateScale.Linear);
        one.Apply(gradient, 10, 0);

        StateSnapshot.Of(one).RestoreTo(other);
        one.Apply(gradient, 10, 10);
        other.Apply(gradient, 10, 10);

        Assert.Equal(StateSnapshot.Of(one).Sha256, StateSnapshot.Of(other).Sha256);
    }

    private static ParameterShard Shard(float[] x, LearningRateScale scale) =>
        new(x, new MomentumSgd(x.Length, 0.5f), _ => 0.1f, scale, fullUpdate: 60);

    private static float[] Draw(string name, int length)
    {
        var random = RandomStream.Create(3, name);
        return [.. Enumerable.Range(0, length).Select(_ => (float)random.NextNormal())];
    }
}
