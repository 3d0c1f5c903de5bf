using System.Diagnostics;

namespace Rubato.Tests.Training;

/// <summary>The launcher as a process of its own, and what becomes of its ranks when it goes.</summary>
public class LauncherTests
{
    private const string Job = "train --on processes --workers 2 --strategy all-reduce --model logistic --compute-time 5ms --max-seconds 100";

    [SkippableFact]
    public async Task No_rank_survives_a_launcher_that_is_killed()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        using var launcher = new Launcher("dotnet", Job);
        IReadOnlyList<int> ranks = await launcher.RanksInTrainingAsync(2);
        launcher.Signal("KILL", toGroup: false);
        await launcher.EndAsync();
        await Launcher.GoneAsync(ranks);
    }

    [SkippableTheory]
    [InlineData("INT", true, 130)]    // a terminal's Ctrl-C reaches the ranks too
    [InlineData("TERM", false, 143)]
    public async Task A_signal_ends_all_processes_in_order(string signal, bool toGroup, int code)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "setsid gives the launcher a process group of its own.");
        using var launcher = new Launcher("setsid", $"dotnet {Job}");
        IReadOnlyList<int> ranks = await launcher.RanksInTrainingAsync(2);
        launcher.Signal(signal, toGroup);
        (string errors, int exit) = await launcher.EndAsync();
        Assert.Equal(code, exit);
        Assert.DoesNotContain("worker", errors.Split('\n')[^2], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(ranks, Liveness.IsAlive);
    }

    [Fact]
    public async Task A_rank_that_a_user_starts_by_hand_says_what_it_is_for()
    {
        using var launcher = new Launcher("dotnet", "rank");
        launcher.Tell("hello\n");
        (string errors, int exit) = await launcher.EndAsync();
        Assert.NotEqual(0, exit);
        Assert.Contains("use 'train'", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    private sealed class Launcher : IDisposable
    {
        private readonly Process _process;
        private readonly List<string> _errors = [];

        public Launcher(string program, string arguments)
        {
            string assembly = Path.Combine(AppContext.BaseDirectory, "Rubato.Cli.dll");
            string[] words = [.. arguments.Split(' ')];
            string[] all = words[0] == "dotnet" ? ["dotnet", assembly, .. words[1..]] : [assembly, .. words];
            _process = Process.Start(new ProcessStartInfo(program, all)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }

        public static async Task GoneAsync(IReadOnlyList<int> processes)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (processes.Any(Liveness.IsAlive)) await Task.Delay(50, deadline.Token);
        }

        public async Task<IReadOnlyList<int>> RanksInTrainingAsync(int count)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (await _process.StandardError.ReadLineAsync(deadline.Token) is { } line)
            {
                _errors.Add(line);
                if (!line.Contains("training", StringComparison.Ordinal)) continue;
                using var children = Process.Start(new ProcessStartInfo("pgrep", ["-P", $"{_process.Id}"]) { RedirectStandardOutput = true })!;
                int[] ranks = [.. (await children.StandardOutput.ReadToEndAsync(deadline.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
                Assert.Equal(count, ranks.Length);
                return ranks;
            }
            throw new InvalidOperationException($"The launcher ended before it trained: {string.Join('\n', _errors)}");
        }

        public void Tell(string text)
        {
            _process.StandardInput.Write(text);
            _process.StandardInput.Close();
        }

        public void Signal(string signal, bool toGroup) =>
            Process.Start("kill", [$"-{signal}", "--", $"{(toGroup ? "-" : "")}{_process.Id}"]).WaitForExit();

        public async Task<(string Errors, int Exit)> EndAsync()
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            string rest = await _process.StandardError.ReadToEndAsync(deadline.Token);
            await _process.WaitForExitAsync(deadline.Token);
            return (string.Join('\n', _errors) + "\n" + rest, _process.ExitCode);
        }

        public void Dispose()
        {
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
            _process.Dispose();
        }
    }
}
