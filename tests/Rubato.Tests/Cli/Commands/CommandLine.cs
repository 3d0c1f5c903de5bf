using Rubato.Cli;
using Rubato.Cli.Commands;
using Rubato.Training;

namespace Rubato.Tests.Cli.Commands;

/// <summary>Runs the program in memory: real parsing and rendering, a cluster that answers with made-up reports.</summary>
internal sealed class CommandLine : ICluster
{
    /// <summary>The jobs that the cluster was given, in order.</summary>
    public List<TrainingJob> Jobs { get; } = [];

    /// <summary>What the cluster does with a job; by default it reports fixed figures.</summary>
    public Func<TrainingJob, CancellationToken, Task<RunReport>> Answer { get; init; } =
        (job, _) => Task.FromResult((job.Strategy.Name == "all-reduce" ? SampleRuns.AllReduce : SampleRuns.Grouped) with { Job = job });

    /// <summary>This process's rank, and the variable that proves the others; by default no launcher has started it.</summary>
    public (RankPlace? Place, string? Proof) Launcher { get; init; }

    /// <summary>What was written to standard output.</summary>
    public string Output { get; private set; } = "";

    /// <summary>What was written to standard error.</summary>
    public string Error { get; private set; } = "";

    /// <summary>Runs a command line as a shell would split it at spaces.</summary>
    public Task<int> RunAsync(string line, CancellationToken cancellation = default) =>
        RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), cancellation);

    /// <summary>Runs arguments.</summary>
    public async Task<int> RunAsync(string[] arguments, CancellationToken cancellation = default)
    {
        using StringWriter output = new(), error = new();
        var terminal = new Terminal(output, outputIsLive: false, error, errorIsLive: false);
        int code = await RubatoProgram.RunAsync(arguments, new CommandContext(terminal, _ => this, Launcher.Place, Launcher.Proof), cancellation);
        (Output, Error) = (output.ToString().ReplaceLineEndings("\n"), error.ToString().ReplaceLineEndings("\n"));
        return code;
    }

    Task<RunReport> ICluster.RunAsync(TrainingJob job, IProgress<RunProgress>? progress, CancellationToken cancellation)
    {
        Jobs.Add(job);
        progress?.Report(SampleRuns.Progress);
        return Answer(job, cancellation);
    }
}
