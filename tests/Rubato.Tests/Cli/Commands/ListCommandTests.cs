using Rubato.Strategies;

namespace Rubato.Tests.Cli.Commands;

public class ListCommandTests
{
    private readonly CommandLine _line = new();

    [Fact]
    public async Task Every_strategy_is_listed_with_every_option()
    {
        Assert.Equal(0, await _line.RunAsync("list strategies"));
        Assert.All(StrategyCatalog.All.Entries, entry =>
        {
            Assert.Contains(entry.Name, _line.Output, StringComparison.Ordinal);
            Assert.All(entry.Options, option => Assert.Contains($"  {option.Key}", _line.Output, StringComparison.Ordinal));
        });
        Assert.DoesNotContain("resnet20", _line.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models", "resnet20")]
    [InlineData("optimizers", "momentum=0")]
    [InlineData("schedules", "cosine")]
    [InlineData("compressors", "none")]
    [InlineData("datasets", "digits")]
    [InlineData("datasets", "teacher")]
    [InlineData("distributions", "markov")]
    [InlineData("studies", "backup-workers")]
    public async Task Every_kind_is_listed_alone_and_with_all_others(string kind, string content)
    {
        Assert.Equal(0, await _line.RunAsync($"list {kind}"));
        Assert.Contains(content, _line.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _line.RunAsync("list"));
        Assert.Contains(content, _line.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_kind_gets_the_nearest()
    {
        Assert.Equal(2, await _line.RunAsync("list strategy"));
        Assert.Contains("Did you mean 'strategies'?", _line.Error, StringComparison.Ordinal);
    }
}
