using System.Text.Json;

namespace Rubato.Tests.Cli.Commands;

public class SimulateFaultsCommandTests
{
    private readonly CommandLine _line = new();

    [Fact]
    public async Task A_search_says_how_many_cases_kept_their_promises()
    {
        Assert.Equal(0, await _line.RunAsync("simulate-faults --runs 20 --seed 40"));
        Assert.Contains("20 cases from seed 40 on: every promise was kept.", _line.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_case_alone_is_shown_as_the_job_that_it_is()
    {
        Assert.Equal(0, await _line.RunAsync("simulate-faults --runs 1 --seed 7 --json"));
        Assert.Contains("Seed 7 is: rubato train --workers ", _line.Error, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(_line.Output).RootElement.GetProperty("failing_seed").ValueKind);
    }

    [Fact]
    public async Task One_case_is_no_plural()
    {
        Assert.Equal(0, await _line.RunAsync("simulate-faults --runs 1 --seed 7 --quiet"));
        Assert.Equal("The case of seed 7: every promise was kept.\n", _line.Output);
    }

    [Fact]
    public async Task Fewer_cases_than_one_are_refused()
    {
        Assert.Equal(2, await _line.RunAsync("simulate-faults --runs 0"));
        Assert.Contains("the fewest is 1", _line.Error, StringComparison.Ordinal);
    }
}
