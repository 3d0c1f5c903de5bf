using Rubato.Configuration;
using Rubato.Simulation;
using Rubato.Training;

namespace Rubato.Tests.Cli.Commands;

public class RunSequenceTests
{
    private const string Promise = "the run fails in the same way again with: rubato train --workers 4 --on simulation";

    public static TheoryData<string, string, bool> Failures => new()
    {
        { "lost", "--on simulation", true },
        { "loop", "--on simulation", true },
        { "lost", "--on threads", false },
        { "lost", "--on simulation --job resumed.yaml", false },
        { "disk", "--on simulation", false },
        { "request", "--on simulation", false },
    };

    [Theory, MemberData(nameof(Failures))]
    public async Task Only_what_the_simulation_itself_repeats_is_said_to_fail_again(string kind, string flags, bool isPromised)
    {
        Exception failure = kind switch
        {
            "lost" => new RunFailedException("Worker 3 is lost."),
            "loop" => new SimulationException("Nothing can happen any more."),
            "disk" => new RunFailedException("The run failed.", new RunFailedException("The checkpoint could not be written.", new IOException("No space left on device."))),
            _ => new InvalidRequestException("The port is busy."),
        };
        var line = new CommandLine { Answer = (_, _) => Task.FromException<RunReport>(failure) };
        string job = flags.Contains("--job", StringComparison.Ordinal) ? Path.GetTempFileName() : "";
        if (job.Length > 0) await File.WriteAllTextAsync(job, "resume: somewhere\n");

        await line.RunAsync($"train --workers 4 --quiet {flags.Replace("resumed.yaml", job, StringComparison.Ordinal)}");

        Assert.Single(line.Jobs);
        Assert.Equal(isPromised, line.Error.Contains(Promise, StringComparison.Ordinal));
        if (job.Length > 0) File.Delete(job);
    }

    [Theory]
    [InlineData("--output runs/seven", "--seed 1\n")]
    [InlineData("--output runs/seven --checkpoint-every 1", "--checkpoint-every 1 --seed 1 --output runs/seven-again\n")]
    public async Task The_command_that_repeats_a_failure_starts_in_no_used_folder(string flags, string expected)
    {
        var line = new CommandLine { Answer = (_, _) => Task.FromException<RunReport>(new RunFailedException("Worker 3 is lost.")) };
        await line.RunAsync($"train --workers 4 --on simulation --quiet {flags}");
        Assert.Contains(expected, line.Error, StringComparison.Ordinal);
    }
}
