namespace Rubato.Tests.Cli.Commands;

public class RequestErrorsTests
{
    private readonly CommandLine _line = new();

    [Theory]
    [InlineData("simulate-faults --seed -1", "The flag '--seed' has the value '-1', which is not a whole number from 0 to 18446744073709551615. Write --seed 1, for example.")]
    [InlineData("simulate-faults --runs x", "The flag '--runs' has the value 'x', which is not a whole number up to 9223372036854775807. Write --runs 1000, for example.")]
    [InlineData("simulate-faults --runs", "The flag '--runs' has no value. Write --runs N.")]
    [InlineData("simulate-faults --seed 1 --seed 2", "The flag '--seed' stands 2 times")]
    [InlineData("reproduce backup-workers --seeds x", "The flag '--seeds' has the value 'x', which is not a whole number up to 2147483647. Write --seeds 3, for example.")]
    [InlineData("reproduce backup-workers --seeds 9999999999", "The flag '--seeds' has the value '9999999999'")]
    [InlineData("data fetch mnist --stall-seconds x", "The flag '--stall-seconds' has the value 'x', which is not a number. Write --stall-seconds 30, for example.")]
    [InlineData("reproduce", "'rubato reproduce' wants the study to rerun")]
    [InlineData("reproduce --seeds 3", "Write rubato reproduce adaptive-grouping, for example. See 'rubato reproduce --help'.")]
    [InlineData("data fetch", "'rubato data fetch' wants the data sets to fetch. Write rubato data fetch cifar-10, for example.")]
    [InlineData("data", "'rubato data' wants a command: list, fetch or verify. Write rubato data list, for example.")]
    public async Task The_flag_that_is_wrong_is_blamed_in_our_own_words(string arguments, string message)
    {
        Assert.Equal(2, await _line.RunAsync(arguments));
        Assert.Contains(message, _line.Error, StringComparison.Ordinal);
        Assert.Single(_line.Error.TrimEnd('\n').Split('\n'));
        Assert.Equal("", _line.Output);
    }
}
