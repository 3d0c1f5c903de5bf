using System.Diagnostics;
using System.Text.Json;

namespace Rubato.Tests.Cli;

/// <summary>The program as the shell sees it: a process with its outputs, signals and exit code.</summary>
public class ProgramTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_run_ends_in_one_line_of_json()
    {
        using Process program = Start("train --on threads --workers 2 --strategy async --epochs 1 --json --quiet");
        (string output, string error, int code) = await EndAsync(program);
        Assert.True(code == 0, error);
        Assert.Equal("", error);
        using var json = JsonDocument.Parse(output.Trim());
        Assert.Equal(2, json.RootElement.GetProperty("workers").GetInt32());
        Assert.InRange(json.RootElement.GetProperty("test_accuracy").GetDouble(), 0.2, 1);
    }

    [Theory]
    [InlineData("train --on threads --model mpl", "Did you mean 'mlp'?")]
    [InlineData("train --on mpi", "mpi")]
    [InlineData("train --on threads --strategy grouped:groups=9 --workers 8", "groups")]
    public async Task A_wrong_request_is_one_line_and_exit_code_2(string arguments, string message)
    {
        using Process program = Start(arguments);
        (string output, string error, int code) = await EndAsync(program);
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("train --on threads --workers 2 --steps 3", "OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2", 2, "This is rank 1 of 2")]
    [InlineData("train --on processes --workers 2 --steps 3", "SLURM_PROCID=0 SLURM_NTASKS=9", 0, "")]
    public async Task Copies_are_told_from_a_batch_script_by_the_launchers_variables(string arguments, string environment, int expected, string message)
    {
        using Process program = Start(arguments, environment);
        (_, string error, int code) = await EndAsync(program);
        Assert.Equal((expected, true), (code, error.Contains(message, StringComparison.Ordinal)));
    }

    [SkippableTheory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_the_run_with_the_shells_exit_code(string signal, int expected)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        using Process program = Start("train --on threads --workers 2 --strategy async --epochs 10000 --compute-time 20ms");
        // The first line of progress says that the run is under way.
        string first = await program.StandardError.ReadLineAsync() ?? "";
        using (Process kill = Process.Start("kill", [$"-{signal}", $"{program.Id}"])) await kill.WaitForExitAsync();
        (_, string error, int code) = await EndAsync(program);
        Assert.Equal(expected, code);
        Assert.Contains("Interrupted", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", first + error, StringComparison.Ordinal);
    }

    private static Process Start(string arguments, string environment = "")
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Rubato.Cli.dll") },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string[] pair in environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))) start.Environment[pair[0]] = pair[1];
        return Process.Start(start.With(arguments))!;
    }

    private static async Task<(string Output, string Error, int Code)> EndAsync(Process program)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            Task<string> output = program.StandardOutput.ReadToEndAsync(deadline.Token), error = program.StandardError.ReadToEndAsync(deadline.Token);
            await program.WaitForExitAsync(deadline.Token);
            return (await output, await error, program.ExitCode);
        }
        finally
        {
            if (!program.HasExited) program.Kill(entireProcessTree: true);
        }
    }
}
