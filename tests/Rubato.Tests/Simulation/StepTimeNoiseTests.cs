using Rubato.Configuration;
using Rubato.Numerics;
using Rubato.Simulation;

namespace Rubato.Tests.Simulation;

public class StepTimeNoiseTests
{
    private const int Draws = 200_000;

    [Theory]
    [InlineData("constant", 1, 0)]
    [InlineData("normal:deviation=0.2", 1, 0.2)]
    [InlineData("log-normal:sigma=0.3", 1.0460, 0.3210)]
    [InlineData("exponential:excess=0.5", 1.5, 0.5)]
    [InlineData("exponential:floor=0.5,excess=2", 2.5, 2)]
    [InlineData("pareto:shape=4", 4.0 / 3, 0.4714)]
    public void Factors_have_the_mean_and_the_deviation_of_their_distribution(string text, double mean, double deviation)
    {
        double[] factors = Factors(text, seed: 1);

        double measured = factors.Average(), variance = factors.Average(factor => (factor - measured) * (factor - measured));
        Assert.All(factors, factor => Assert.True(factor > 0));
        Assert.Equal(mean, measured, 0.01);
        Assert.Equal(deviation, Math.Sqrt(variance), 0.02);
    }

    [Fact]
    public void Slow_periods_have_their_share_of_the_time_and_their_mean_length()
    {
        Func<TimeSpan, double> next = NoiseCatalog.All.Create(Specification.Parse("markov:factor=5,fast=6,slow=2")).Begin(RandomStream.Create(4, "noise"));
        bool[] slow = [.. Enumerable.Range(0, 400_000).Select(i => next(TimeSpan.FromSeconds(0.1 * i)) == 5)];

        int periods = Enumerable.Range(1, slow.Length - 1).Count(i => slow[i] && !slow[i - 1]);
        Assert.Equal(0.25, slow.Count(one => one) / (double)slow.Length, 0.02);
        Assert.Equal(8, 0.1 * slow.Length / periods, 0.8);
    }

    [Fact]
    public void Recorded_factors_go_round_from_a_drawn_place()
    {
        var noise = new RecordedNoise { File = "times", Factors = [1, 2, 4] };
        Func<TimeSpan, double> next = noise.Begin(RandomStream.Create(1, "noise"));
        double[] drawn = [.. Enumerable.Range(0, 7).Select(_ => next(default))];

        Assert.Equal(drawn[..3], drawn[3..6]);
        Assert.Equal([1, 2, 4], drawn[..3].Order());
        Assert.All(drawn.Zip(drawn.Skip(1)), pair => Assert.Equal(pair.First == 4 ? 1 : 2 * pair.First, pair.Second));
    }

    [Theory]
    [InlineData("normal")]
    [InlineData("log-normal")]
    [InlineData("exponential")]
    [InlineData("pareto")]
    [InlineData("markov")]
    public void A_seed_draws_the_same_factors_again_and_another_seed_others(string text)
    {
        Assert.Equal(Factors(text, seed: 1), Factors(text, seed: 1));
        Assert.NotEqual(Factors(text, seed: 1), Factors(text, seed: 2));
    }

    [Theory]
    [InlineData("pareto:shape=1", "shape", "above 1")]
    [InlineData("normal:deviation=-1", "deviation", "negative")]
    [InlineData("markov:factor=0.5", "factor", "smallest is 1")]
    [InlineData("lognormal", "log-normal", "no distribution")]
    public void What_is_out_of_range_is_refused_with_value_limit_and_fix(string text, params string[] parts)
    {
        var refused = Assert.Throws<InvalidRequestException>(() => NoiseCatalog.All.Create(Specification.Parse(text)));

        Assert.All(parts, part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
    }

    private static double[] Factors(string text, ulong seed)
    {
        Func<TimeSpan, double> next = NoiseCatalog.All.Create(Specification.Parse(text)).Begin(RandomStream.Create(seed, "noise"));
        return [.. Enumerable.Range(0, Draws).Select(step => next(TimeSpan.FromMilliseconds(step)))];
    }
}
