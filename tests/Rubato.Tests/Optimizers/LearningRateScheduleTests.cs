using Rubato.Configuration;
using Rubato.Optimizers;

namespace Rubato.Tests.Optimizers;

public sealed class LearningRateScheduleTests
{
    [Theory]
    [InlineData("constant", 0, 1)]
    [InlineData("constant", 20, 1)]
    [InlineData("constant:warmup=5", 0, 0.1)]
    [InlineData("constant:warmup=5", 2.5, 0.55)]
    [InlineData("constant:warmup=5", 5, 1)]
    [InlineData("constant:warmup=30", 20, 0.7)]
    [InlineData("step:every=5,factor=0.5", 0, 1)]
    [InlineData("step:every=5,factor=0.5", 4.999, 1)]
    [InlineData("step:every=5,factor=0.5", 5, 0.5)]
    [InlineData("step:every=5,factor=0.5", 15, 0.125)]
    [InlineData("step:every=2,factor=0.5,warmup=4", 2, 0.275)]
    [InlineData("milestones", 11.9, 1)]
    [InlineData("milestones", 12, 0.2)]
    [InlineData("milestones:factor=0.5", 17, 0.25)]
    [InlineData("cosine", 0, 1)]
    [InlineData("cosine:floor=0", 10, 0.5)]
    [InlineData("cosine:floor=0", 20, 0)]
    [InlineData("cosine:floor=0.2", 20, 0.2)]
    [InlineData("cosine:floor=0.2", 25, 0.2)]
    [InlineData("cosine:floor=0,warmup=10", 0, 0.1)]
    [InlineData("cosine:floor=0,warmup=10", 10, 1)]
    [InlineData("cosine:floor=0,warmup=10", 15, 0.5)]
    [InlineData("cosine:floor=0,warmup=20", 20, 1)]
    [InlineData("cosine:warmup=40", 20, 0.55)]
    public void The_factor_is_the_documented_one(string specification, double epoch, double expected) =>
        Assert.Equal(expected, Create(specification).FactorAt(epoch, 20), 1e-6);

    [Fact]
    public void Without_a_budget_in_epochs_what_follows_it_is_refused()
    {
        Assert.Equal(1, Create("constant").FactorAt(3, double.PositiveInfinity));
        Assert.Equal(0.1f, Create("step:every=3").FactorAt(3, double.PositiveInfinity));
        Assert.Contains("--epochs", Assert.Throws<InvalidRequestException>(() => Create("cosine").FactorAt(0, double.PositiveInfinity)).Message);
        Assert.Contains("--epochs", Assert.Throws<InvalidRequestException>(() => Create("milestones").FactorAt(0, double.PositiveInfinity)).Message);
    }

    [Fact]
    public void Points_outside_the_training_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Create("constant").FactorAt(-1, 20));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create("constant").FactorAt(double.NaN, 20));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create("constant").FactorAt(0, 0));
    }

    [Theory]
    [InlineData("constant:warmup=-1")]
    [InlineData("step:every=0")]
    [InlineData("step:factor=0")]
    [InlineData("milestones:second=1")]
    [InlineData("cosine:floor=2")]
    public void Values_out_of_range_are_refused(string specification) =>
        Assert.Throws<InvalidRequestException>(() => Create(specification));

    [Fact]
    public void Every_option_says_what_it_means() =>
        Assert.All(ScheduleCatalog.All.Entries.SelectMany(entry => entry.Options), option => Assert.NotEmpty(option.Summary));

    private static LearningRateSchedule Create(string specification) => ScheduleCatalog.All.Create(Specification.Parse(specification));
}
