using System.Globalization;
using Rubato.Communication;
using Rubato.Configuration;
using Rubato.Transports.Tcp;

namespace Rubato.Training;

/// <summary>The world in which every worker and every server is a process of this machine; they talk over TCP, and this process is the conductor.</summary>
/// <remarks>
/// The processes are this program again with the single argument <c>rank</c>, on which it must call <see cref="RankProcess.RunAsync"/>.
/// No process of a run survives it: not its end, not its failure, and not the launcher's own death.
/// </remarks>
public sealed class ProcessCluster : ICluster
{
    private const string Here = "127.0.0.1";

    // Whatever launched this process gave it numbers of its own, which its ranks must not take for theirs.
    private static readonly string[] ForeignVariables =
        ["OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"];

    // Ranks share few cores and live long: compile once and well, not again behind the training's back, and do not spin for work.
    private static readonly (string Name, string Value)[] RuntimeVariables =
        [("DOTNET_TieredCompilation", "0"), ("DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "0")];

    private readonly IReadOnlyList<string>? _command;
    private readonly int _masterPort;
    private readonly TimeProvider _time;

    /// <summary>Creates the cluster; nothing is started before a job runs.</summary>
    /// <param name="command">The command that starts a rank, program first; null for this program with the argument <c>rank</c>.</param>
    /// <param name="masterPort">The port at which ranks meet, 0 to let the system choose.</param>
    /// <param name="time">The clock of this world; null for the machine's.</param>
    public ProcessCluster(IReadOnlyList<string>? command = null, int masterPort = 0, TimeProvider? time = null)
    {
        _command = command;
        _masterPort = masterPort;
        _time = time ?? RealTime.Clock;
    }

    /// <summary>How long a run's processes may take to end by themselves before they are made to; above zero.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Is told the numbers of the processes, by endpoint, when all are started.</summary>
    internal Action<IReadOnlyList<int>>? Started { get; init; }

    /// <inheritdoc/>
    public async Task<RunReport> RunAsync(TrainingJob job, IProgress<RunProgress>? progress, CancellationToken cancellation) =>
        await RunAsync(JobPlan.Build(job), progress, cancellation);

    /// <summary>Runs a plan to its end; where it was made of data or models of one's own, ranks must make the same one.</summary>
    /// <remarks>Returns or throws when all processes of the run have ended.</remarks>
    /// <exception cref="InvalidRequestException">The job asks for another world, its folders cannot be used, or the port is taken.</exception>
    /// <exception cref="RunFailedException">The run failed; the message names the first failing rank and its error.</exception>
    public async Task<RunReport> RunAsync(JobPlan plan, IProgress<RunProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Job.On != World.Processes)
        {
            throw new InvalidRequestException(
                $"The job runs on {plan.Job.On.ToString().ToLowerInvariant()}, but this cluster is made of processes. Set On to Processes.");
        }
        if (Environment.GetEnvironmentVariable(RankCommand.MarkVariable) is not null)
        {
            throw new InvalidRequestException(
                $"This process was itself started as a rank, but starts a job of its own. Call RankProcess.RunAsync when the program's argument is '{RankCommand.Argument}'.");
        }
        cancellation.ThrowIfCancellationRequested();
        using JobToken token = JobToken.Create(plan.Job.Tls, _time);
        TcpTransportOptions options = RankProcess.OptionsFor(plan.Job, token);
        // Before the folders: a run that cannot start leaves no trace.
        await using TcpRendezvous rendezvous = TcpRendezvous.Listen(Here, _masterPort, plan.WorldSize, options, _time);
        RunFolders folders = RunFolders.Open(plan);
        await using var fleet = new RankFleet(_time, Patience);
        try
        {
            TcpTransport transport;
            try
            {
                StartAll(fleet, plan, rendezvous.Port, new RankBriefing(token.Export(), plan.Job));
                transport = await MeetAsync(plan, rendezvous, fleet, options, cancellation);
            }
            catch
            {
                // Nobody is there yet to tell the others.
                fleet.LetGo();
                throw;
            }
            RunReport report = await ConductAsync(plan, transport, fleet, folders, progress, cancellation);
            return Complete(report, fleet, folders);
        }
        catch (Exception failure) when (failure is RunFailedException or CommunicationException)
        {
            throw await fleet.FindCauseAsync() is { } cause
                ? new RunFailedException($"{cause}. {failure.Message}", failure)
                : failure as RunFailedException ?? new RunFailedException(failure.Message, failure);
        }
    }

    private void StartAll(RankFleet fleet, JobPlan plan, int port, RankBriefing briefing)
    {
        IReadOnlyList<string> command = _command ?? RankCommand.OfThisProgram();
        for (int rank = 0; rank < plan.Conductor; rank++)
            fleet.Start(RunFailures.NameOf(rank, plan.Workers, plan.Servers), command, EnvironmentOf(rank, plan.WorldSize, port), briefing);
        Started?.Invoke(fleet.ProcessIds);
    }

    private static Dictionary<string, string?> EnvironmentOf(int rank, int worldSize, int port)
    {
        string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
        Dictionary<string, string?> variables = ForeignVariables.ToDictionary(name => name, _ => (string?)null);
        foreach ((string name, string value) in RuntimeVariables) variables[name] = value;
        variables["RANK"] = variables["LOCAL_RANK"] = Text(rank);
        variables["WORLD_SIZE"] = Text(worldSize);
        variables["MASTER_ADDR"] = Here;
        variables["MASTER_PORT"] = Text(port);
        variables[RankCommand.MarkVariable] = "1";
        return variables;
    }

    // All endpoints find each other, or the first process that ends ends the attempt.
    private async Task<TcpTransport> MeetAsync(
        JobPlan plan, TcpRendezvous rendezvous, RankFleet fleet, TcpTransportOptions options, CancellationToken cancellation)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task complete = rendezvous.CompleteAsync(attempt.Token);
        Task<TcpTransport> joining = TcpTransport.JoinAsync(plan.Conductor, plan.WorldSize, Here, rendezvous.Port, options, _time, attempt.Token);
        Task both = Task.WhenAll(complete, joining);
        if (await Task.WhenAny(both, fleet.FirstExit) != both)
        {
            await attempt.CancelAsync();
            try
            {
                await both;
            }
            catch (Exception failure) when (failure is OperationCanceledException or CommunicationException && !cancellation.IsCancellationRequested)
            {
                throw new RunFailedException("The run did not start.", failure);
            }
        }
        await both;
        return await joining;
    }

    private static async Task<RunReport> ConductAsync(
        JobPlan plan, TcpTransport tcp, RankFleet fleet, RunFolders folders, IProgress<RunProgress>? progress, CancellationToken cancellation)
    {
        RunReport? report = null;
        await RankLoop.RunAsync("conductor", async () =>
        {
            await using ITransport transport = RankProcess.Shape(plan, tcp, hasOwnProcess: false);
            using var accelerator = new ComputeThread("evaluation");
            try
            {
                report = await Conductor.RunAsync(plan, transport, accelerator, folders.Output, folders.Resume, progress, cancellation);
            }
            catch (RunFailedException failure) when (failure.SilentRanks.Count > 0)
            {
                // Before the farewells: nobody, here or on another rank, is to wait for one that a hung process does not read.
                fleet.KillHung(failure.SilentRanks);
                throw;
            }
        });
        return report ?? throw new InvalidOperationException("The conductor ended without a report.");
    }

    // The conductor saw connections break; how their processes ended is known here only.
    private static RunReport Complete(RunReport report, RankFleet fleet, RunFolders folders)
    {
        if (report.Losses.Count == 0) return report;
        report = report with { Losses = [.. report.Losses.Select(loss => fleet.NewsOf(loss.Split(':')[0]) is { } exit ? $"{loss}; its process {exit.Fate}" : loss)] };
        folders.Output?.WriteReport(report);
        return report;
    }
}
