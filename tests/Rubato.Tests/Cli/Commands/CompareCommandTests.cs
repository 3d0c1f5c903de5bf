using System.Text.Json;
using System.Xml.Linq;

namespace Rubato.Tests.Cli.Commands;

public class CompareCommandTests
{
    private readonly CommandLine _line = new();

    [Theory]
    [InlineData("compare --strategies all-reduce async grouped:groups=4 --workers 4")]
    [InlineData("compare --workers 4 --strategy all-reduce --strategy async --strategy grouped:groups=4")]
    public async Task Strategies_run_in_turn_on_the_same_job(string arguments)
    {
        Assert.Equal(0, await _line.RunAsync(arguments));
        Assert.Equal(["all-reduce", "async", "grouped:groups=4"], _line.Jobs.Select(job => job.Strategy.ToString()));
        Assert.Single(_line.Jobs.Select(job => job with { Strategy = _line.Jobs[0].Strategy }).Distinct());
        Assert.Contains("grouped:groups=4", _line.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_folder_gets_chart_json_and_a_run_directory_each()
    {
        string folder = Directory.CreateTempSubdirectory("rubato-compare-").FullName;
        try
        {
            Assert.Equal(0, await _line.RunAsync(["compare", "--strategies", "all-reduce", "grouped:groups=4", "--output", folder, "--json", "--quiet"]));
            Assert.Equal("svg", XDocument.Load(Path.Combine(folder, "compare.svg")).Root!.Name.LocalName);
            using var file = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "compare.json")));
            using var line = JsonDocument.Parse(_line.Output);
            Assert.True(JsonElement.DeepEquals(file.RootElement, line.RootElement));
            Assert.Equal(2, line.RootElement.GetProperty("runs").GetArrayLength());
            Assert.Equal([Path.Combine(folder, "all-reduce"), Path.Combine(folder, "grouped-groups=4")], _line.Jobs.Select(job => job.Output));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("compare", "There are no strategies to compare.")]
    [InlineData("compare --strategies async async", "stands 2 times")]
    [InlineData("compare --strategies async --resume x", "has no flag '--resume'")]
    [InlineData("compare --strategies all-reduce asinc", "Did you mean 'async'?")]
    [InlineData("compare --strategies all-reduce grouped:groups=4 --workers 2", "4 groups of 2 workers")]
    [InlineData("compare --strategies all-reduce async --output xunit.core.dll", "The output folder 'xunit.core.dll' cannot be used")]
    [InlineData("train --strategy asinc --baseline all-reduce", "Did you mean 'async'?")]
    public async Task A_wrong_request_is_exit_code_2(string arguments, string message)
    {
        Assert.Equal(2, await _line.RunAsync(arguments));
        Assert.Contains(message, _line.Error, StringComparison.Ordinal);
        Assert.Empty(_line.Jobs);
    }
}
