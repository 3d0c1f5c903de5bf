using Rubato.Training;

namespace Rubato.Tests.Cli.Commands;

public class CommandContextTests
{
    [Theory]
    [InlineData("train", "the whole job on processes for itself. Write --on mpi")]
    [InlineData("train --on simulation --workers 4", "the whole job on simulation for itself. Write --on mpi")]
    [InlineData("compare --on threads --strategies all-reduce async", "the whole job on threads for itself. Write --on mpi")]
    [InlineData("reproduce backup-workers", "the whole study for itself. Start it without the launcher.")]
    [InlineData("simulate-faults --runs 1", "the same search for itself. Start it without the launcher.")]
    public async Task Copies_that_a_launcher_has_started_are_refused_where_each_would_do_all(string arguments, string message)
    {
        var line = new CommandLine { Launcher = (new RankPlace(1, 3), "PMI_SIZE") };
        Assert.Equal(2, await line.RunAsync(arguments));
        Assert.Contains("This is rank 1 of 3 that a launcher has started (PMI_SIZE=3), and each would run " + message, line.Error, StringComparison.Ordinal);
        Assert.Empty(line.Jobs);
    }

    [Theory]
    [InlineData("train --on mpi", true)]
    [InlineData("compare --on mpi --strategies all-reduce async", true)]
    [InlineData("train --print-job --workers 4", true)]
    [InlineData("list strategies", true)]
    [InlineData("train --on simulation --workers 4", false)]
    public async Task Ranks_of_one_job_run_and_so_does_a_rank_without_proof_of_others(string arguments, bool isProven)
    {
        var line = new CommandLine { Launcher = (new RankPlace(0, 3), isProven ? "PMI_SIZE" : null) };
        Assert.Equal(0, await line.RunAsync(arguments));
    }
}
