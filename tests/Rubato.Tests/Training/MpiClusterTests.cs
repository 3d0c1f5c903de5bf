using System.Diagnostics;
using System.Text.Json;
using Rubato.Configuration;
using Rubato.Strategies;
using Rubato.Tests.Transports.Mpi;
using Rubato.Training;

namespace Rubato.Tests.Training;

/// <summary>Whole runs of the command line on MPI ranks: few and short ones, all strategies in one start.</summary>
[Collection("mpi")]
public sealed class MpiClusterTests
{
    private const string Command = "Rubato.Cli.dll";
    private const int Workers = 3;

    // Every strategy of the catalogue, with options only where three workers need them.
    private static readonly Dictionary<string, string> Options = new() { ["grouped"] = "grouped:groups=2" };

    public static TheoryData<string> Families => new(MpiLauncherProcess.OpenMpi, MpiLauncherProcess.Mpich);

    [SkippableTheory, MemberData(nameof(Families))]
    public async Task Every_strategy_trains_as_well_as_on_threads_with_servers_beside_workers(string family) =>
        await CompareWithThreadsAsync(MpiLauncherProcess.Find(family), Workers, AllStrategies());

    [SkippableTheory, MemberData(nameof(Families))]
    public async Task Strategies_with_servers_train_with_these_on_an_extra_rank(string family) =>
        await CompareWithThreadsAsync(MpiLauncherProcess.Find(family), Workers + 1,
            [.. AllStrategies().Where(strategy => StrategyCatalog.All.Create(strategy).ServersFor(Workers) > 0)]);

    [SkippableTheory]
    [InlineData(MpiLauncherProcess.OpenMpi, 2)]
    [InlineData(MpiLauncherProcess.OpenMpi, 4)]
    [InlineData(MpiLauncherProcess.Mpich, 3)]
    public async Task Full_synchrony_ends_with_the_bits_of_every_other_world(string family, int ranks)
    {
        MpiLauncherProcess launcher = MpiLauncherProcess.Find(family);
        // Without --workers, ranks are workers.
        (string output, string error, int code) = await launcher.RunAsync(ranks, Command, "train --on mpi --steps 40 --model logistic --json --quiet");
        Assert.True(code == 0, error);
        RunReport threads = await new ThreadsCluster().RunAsync(
            new TrainingJob { On = World.Threads, Workers = ranks, Steps = 40, Model = new("logistic") }, null, CancellationToken.None);
        // Rank 0 alone speaks: one line, and nothing else.
        using var json = JsonDocument.Parse(Assert.Single(output.TrimEnd().Split('\n')));
        Assert.Equal(threads.ParametersSha256, json.RootElement.GetProperty("parameters_sha256").GetString());
        Assert.Equal(ranks, json.RootElement.GetProperty("workers").GetInt32());
        Assert.Equal("", error);
    }

    [SkippableTheory]
    [InlineData("--model mpl", 2, "Did you mean 'mlp'?")]
    [InlineData("--workers 5", 2, "MPI started 2 ranks, but the job has 5 workers and no server")]
    [InlineData("--wrokers 5", 2, "Did you mean '--workers'?")]
    [InlineData("--steps 3 --model logistic --target-accuracy 0.999", 3, "")]
    public async Task Exit_codes_and_messages_are_those_of_one_process(string arguments, int expected, string message)
    {
        (_, string error, int code) = await MpiLauncherProcess.Find(MpiLauncherProcess.OpenMpi).RunAsync(2, Command, $"train --on mpi --quiet {arguments}");
        Assert.Equal(expected, code);
        if (message.Length > 0) Assert.Equal(1, error.Split(message).Length - 1);
    }

    [SkippableFact]
    public async Task A_killed_rank_ends_the_job_that_names_it_and_its_checkpoint_goes_on_to_the_same_bits()
    {
        MpiLauncherProcess launcher = MpiLauncherProcess.Find(MpiLauncherProcess.OpenMpi);
        using var folder = new TemporaryFolder();
        string job = $"--model logistic --epochs 4 --checkpoint-every 0.5 --compute-time 5ms --output {folder.In("killed")}";
        int victim = 0, killed = 0;
        (_, string error, int code) = await launcher.RunAsync(3, Command, $"train --on mpi {job}", line =>
        {
            if (line.Contains("mpi: rank 1 on", StringComparison.Ordinal)) victim = int.Parse(line.Split("process ")[1].Split(':')[0], System.Globalization.CultureInfo.InvariantCulture);
            if (line.Contains("training", StringComparison.Ordinal) && Interlocked.Exchange(ref killed, 1) == 0) _ = KillOnceSavedAsync(victim, folder.In("killed"));
        });
        Assert.NotEqual(0, code);
        Assert.Contains("rank 1", error.Replace("mpi: rank 1 on", "", StringComparison.Ordinal), StringComparison.Ordinal);

        (string output, string said, int second) = await launcher.RunAsync(3, Command, $"train --resume {folder.In("killed")} --json --quiet");
        Assert.True(second == 0, said);
        RunReport whole = await new ThreadsCluster().RunAsync(
            new TrainingJob { On = World.Threads, Workers = 3, Epochs = 4, Model = new("logistic") }, null, CancellationToken.None);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(whole.ParametersSha256, json.RootElement.GetProperty("parameters_sha256").GetString());
    }

    // Worker 1 takes 50 times as long for a step as the deadline allows the others to wait for it in a collective. A shadow does not wait for its
    // steps, and its collectives are on the group in which the failed run has left one that worker 1 never came to.
    [SkippableTheory]
    [InlineData(MpiLauncherProcess.OpenMpi, 2)]
    [InlineData(MpiLauncherProcess.OpenMpi, 3)]
    [InlineData(MpiLauncherProcess.Mpich, 2)]
    [InlineData(MpiLauncherProcess.Mpich, 3)]
    public async Task A_comparison_goes_on_after_a_strategy_that_failed_in_the_middle_of_a_collective(string family, int ranks)
    {
        (string output, string error, int code) = await MpiLauncherProcess.Find(family).RunAsync(ranks, Command,
            "compare --on mpi --model logistic --steps 6 --compute-time 40ms --straggler 1:50 --timeout-seconds 1 --json --quiet --strategies shadowsync:core=ma all-reduce shadowsync:core=bmuf");

        Assert.True(code == 1, error);
        // MPICH's UCX complains on standard output, at the end, of what stayed in it.
        using var json = JsonDocument.Parse(Assert.Single(output.Split('\n'), line => line.StartsWith('{')));
        JsonElement[] runs = [.. json.RootElement.GetProperty("runs").EnumerateArray()];
        Assert.Equal(3, runs.Length);
        Assert.All([runs[0], runs[2]], run => Assert.Equal(JsonValueKind.Null, run.GetProperty("failed").ValueKind));
        Assert.Contains("passed its deadline", runs[1].GetProperty("failed").GetString(), StringComparison.Ordinal);
        Assert.All([runs[0], runs[2]], run => Assert.InRange(run.GetProperty("sync_gap").GetDouble(), 0.01, 5));
    }

    [SkippableFact]
    public async Task A_refused_resume_leaves_the_folder_as_it_was()
    {
        MpiLauncherProcess launcher = MpiLauncherProcess.Find(MpiLauncherProcess.OpenMpi);
        using var folder = new TemporaryFolder();
        (_, string error, int code) = await launcher.RunAsync(2, Command, $"train --on mpi --quiet --model logistic --steps 4 --output {folder.In("run")}");
        Assert.True(code == 0, error);
        Dictionary<string, string> before = TestRuns.ContentsOf(folder.In("run"));

        foreach ((string change, int exit) in ((string, int)[])[("--seed 5", 2), ("--optimizer adam", 1)])
        {
            (_, string said, int refused) = await launcher.RunAsync(2, Command, $"train --resume {folder.In("run")} --quiet --steps 8 {change}");
            Assert.True(refused == exit, said);
            Assert.Contains("Resume with", said, StringComparison.Ordinal);
            Assert.Equal(before, TestRuns.ContentsOf(folder.In("run")));
        }
    }

    [Fact]
    public async Task A_job_for_another_world_is_refused() =>
        Assert.Contains("threads", (await Assert.ThrowsAsync<InvalidRequestException>(
            () => new MpiCluster().RunAsync(new TrainingJob { On = World.Threads }, null, CancellationToken.None))).Message);

    [Theory]
    [InlineData("OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=4", 2, 4)]
    [InlineData("PMI_RANK=0 PMI_SIZE=1 SLURM_PROCID=5 SLURM_NTASKS=9", 0, 1)]
    [InlineData("SLURM_PROCID=5 SLURM_NTASKS=9", 5, 9)]
    public void A_launcher_tells_rank_and_size(string environment, int rank, int size)
    {
        Dictionary<string, string> variables = environment.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(new RankPlace(rank, size), MpiLauncher.Find(variables.GetValueOrDefault));
        Assert.Null(MpiLauncher.Find(_ => null));
    }

    private static Specification[] AllStrategies() =>
        [.. StrategyCatalog.All.Entries.Select(entry => Specification.Parse(Options.GetValueOrDefault(entry.Name, entry.Name)))];

    private static async Task CompareWithThreadsAsync(MpiLauncherProcess launcher, int ranks, Specification[] strategies)
    {
        // Steps of a length of their own: a run of 0.4 s, of which a busy machine may take half, leaves a shadow no time to synchronize in.
        var job = new TrainingJob { On = World.Threads, Workers = Workers, Epochs = 8, ComputeTime = ComputeTime.Parse("2ms") };
        (string output, string error, int code) = await launcher.RunAsync(
            ranks, Command, $"compare --on mpi --workers {Workers} --epochs 8 --compute-time 2ms --json --quiet --strategies {string.Join(' ', strategies.AsEnumerable())}");
        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        JsonElement[] runs = [.. json.RootElement.GetProperty("runs").EnumerateArray()];
        Assert.Equal(strategies.Length, runs.Length);
        foreach ((Specification strategy, JsonElement run) in strategies.Zip(runs))
        {
            RunReport threads = await new ThreadsCluster().RunAsync(job with { Strategy = strategy }, null, CancellationToken.None);
            double there = threads.TestAccuracy!.Value, here = run.GetProperty("test_accuracy").GetDouble();
            Assert.True(Math.Abs(there - here) <= 0.02, $"{strategy}: {here:P1} on MPI, but {there:P1} on threads.");
        }
    }

    // A rank that dies before there is a checkpoint leaves nothing to go on from.
    private static async Task KillOnceSavedAsync(int process, string folder)
    {
        for (int look = 0; look < 300 && !File.Exists(Path.Combine(folder, "checkpoints", "latest")); look++) await Task.Delay(100);
        using Process kill = Process.Start("kill", ["-9", $"{process}"]);
        await kill.WaitForExitAsync();
    }
}
