using System.Text.Json;
using System.Xml.Linq;
using Rubato.Configuration;
using Rubato.Tests.Training;
using Rubato.Training;

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

    [Fact]
    public async Task A_strategy_that_fails_is_a_row_that_says_so_and_the_others_go_on()
    {
        using var folder = new TemporaryFolder();
        const string Reason = "Worker 3 is lost, and all-reduce cannot go on without it.";
        var line = new CommandLine
        {
            Answer = (job, _) => job.Strategy.Name == "all-reduce"
                ? Task.FromException<RunReport>(new RunFailedException(Reason)) : Task.FromResult(SampleRuns.Grouped with { Job = job }),
        };

        Assert.Equal(1, await line.RunAsync($"compare --strategies backup-workers all-reduce async --on simulation --compute-time 20ms --json --output {folder.In("c")}"));

        Assert.Equal(["backup-workers", "all-reduce", "async"], line.Jobs.Select(job => job.Strategy.Name));
        Assert.Contains($"\nall-reduce failed: {Reason}\n", line.Error, StringComparison.Ordinal);
        Assert.Matches("│ all-reduce +│ +failed │", line.Error);
        Assert.EndsWith("\n1 of 3 strategies failed: all-reduce.\n", line.Error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(line.Output);
        JsonElement[] runs = [.. json.RootElement.GetProperty("runs").EnumerateArray()];
        Assert.Equal([null, Reason, null], runs.Select(run => run.GetProperty("failed").GetString()));
        Assert.Equal(["backup-workers", "all-reduce", "async"], runs.Select(run => run.GetProperty("strategy").GetString()));
        using var file = JsonDocument.Parse(await File.ReadAllTextAsync(folder.In("c/compare.json")));
        Assert.True(JsonElement.DeepEquals(file.RootElement, json.RootElement));
        Assert.True(File.Exists(folder.In("c/compare.svg")));
    }

    [Fact]
    public async Task Where_all_strategies_fail_there_is_a_table_and_no_chart()
    {
        using var folder = new TemporaryFolder();
        var line = new CommandLine { Answer = (_, _) => Task.FromException<RunReport>(new IOException("The disk is full.")) };

        Assert.Equal(1, await line.RunAsync($"compare --strategies all-reduce async --quiet --output {folder.Path}"));

        Assert.Matches("│ async +│ +failed │", line.Output);
        Assert.EndsWith("\n2 of 2 strategies failed: all-reduce, async.\n", line.Error, StringComparison.Ordinal);
        Assert.Equal([folder.In("compare.json")], Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public async Task A_wrong_request_that_only_the_cluster_finds_still_ends_all()
    {
        var line = new CommandLine { Answer = (_, _) => Task.FromException<RunReport>(new InvalidRequestException("The port is busy.")) };
        Assert.Equal(2, await line.RunAsync("compare --strategies all-reduce async --quiet"));
        Assert.Equal("The port is busy.\n", line.Error);
        Assert.Single(line.Jobs);
    }

    [Fact]
    public async Task An_interruption_ends_all()
    {
        using var interruption = new CancellationTokenSource();
        var line = new CommandLine
        {
            Answer = async (_, cancellation) =>
            {
                await interruption.CancelAsync();
                throw new OperationCanceledException(cancellation);
            },
        };
        Assert.Equal(1, await line.RunAsync("compare --strategies all-reduce async --quiet", interruption.Token));
        Assert.StartsWith("Interrupted", line.Error, StringComparison.Ordinal);
        Assert.Single(line.Jobs);
    }

    [Fact]
    public async Task Ranks_of_MPI_go_on_after_a_failure_too()
    {
        var line = new CommandLine { Answer = (_, _) => Task.FromException<RunReport>(new RunFailedException("Worker 1 failed.")) };
        Assert.Equal(1, await line.RunAsync("compare --on mpi --strategies all-reduce async --quiet"));
        Assert.Equal(2, line.Jobs.Count);
        Assert.Contains("async failed: Worker 1 failed.", line.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interruption_that_an_MPI_rank_hears_of_from_rank_0_ends_all()
    {
        var line = new CommandLine { Answer = (_, _) => Task.FromException<RunReport>(new OperationCanceledException("Interrupted on rank 0.")) };
        Assert.Equal(1, await line.RunAsync("compare --on mpi --strategies all-reduce async --quiet"));
        Assert.Single(line.Jobs);
    }

    [Theory]
    [InlineData("report.json")]
    [InlineData("checkpoints/latest")]
    public async Task A_used_folder_is_refused_before_anything_runs_with_a_way_on_that_there_is(string left)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.In("async/checkpoints"));
        await File.WriteAllTextAsync(folder.In("async/" + left), "{}");

        Assert.Equal(2, await _line.RunAsync($"compare --strategies all-reduce async --output {folder.Path}"));

        Assert.Empty(_line.Jobs);
        Assert.Contains($"'{folder.In("async")}' already holds a run", _line.Error, StringComparison.Ordinal);
        Assert.Contains($"rubato train --resume {folder.In("async")}.", _line.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compare", "There are no strategies to compare.")]
    [InlineData("compare --strategies async async", "stands 2 times")]
    [InlineData("compare --strategies async --resume x", "has no flag '--resume'")]
    [InlineData("compare --strategies all-reduce asinc", "Did you mean 'async'?")]
    [InlineData("compare --strategies all-reduce grouped:groups=4 --workers 2", "4 groups of 2 workers")]
    [InlineData("compare --strategies all-reduce async --output xunit.core.dll", "The output folder 'xunit.core.dll' cannot be used")]
    [InlineData("reproduce backup-workers --output xunit.core.dll", "The output folder 'xunit.core.dll' cannot be used")]
    [InlineData("train --strategy asinc --baseline all-reduce", "Did you mean 'async'?")]
    public async Task A_wrong_request_is_exit_code_2(string arguments, string message)
    {
        Assert.Equal(2, await _line.RunAsync(arguments));
        Assert.Contains(message, _line.Error, StringComparison.Ordinal);
        Assert.Empty(_line.Jobs);
    }
}
