using System.Runtime.InteropServices;
using Rubato.Communication;
using Rubato.Configuration;
using Rubato.Transports;
using Rubato.Transports.Tcp;

namespace Rubato.Training;

/// <summary>What a rank's own process does: the hidden command <c>rank</c> of a program whose jobs run on processes.</summary>
public static class RankProcess
{
    /// <summary>Runs the worker or server that the launcher wants of this process, to its end.</summary>
    /// <remarks>
    /// A terminal's Ctrl-C reaches every process in the foreground; ranks leave it to the launcher, which ends them in order. When
    /// <paramref name="input"/> ends, the launcher is gone, however it went, and the process ends at once.
    /// </remarks>
    /// <param name="input">Standard input, on which the launcher tells the job's token and the job.</param>
    /// <param name="error">Standard error, for one message when the rank fails.</param>
    /// <param name="variable">Reads an environment variable, null where there is none.</param>
    /// <param name="build">Makes the plan of the job, the same as the launcher's; null for <see cref="JobPlan.Build"/>.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(
        Stream input, TextWriter error, Func<string, string?> variable, Func<TrainingJob, JobPlan>? build = null)
    {
        using var ended = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            ended.Cancel();
        });
        try
        {
            RankBriefing briefing = RankBriefing.Read(input);
            new Thread(() => FollowLauncher(input)) { Name = "launcher", IsBackground = true }.Start();
            using JobToken token = JobToken.Parse(briefing.Token);
            JobPlan plan = build is null ? JobPlan.Build(briefing.Job) : build(briefing.Job);
            Checkpoint? resume = RunFolders.OpenToRead(plan).Resume;
            return await RunRankAsync(plan, resume, token, error, RankEnvironment.Read(variable), ended.Token);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            await error.WriteLineAsync(RunFailures.Describe(failure));
            return failure is InvalidRequestException ? RankExit.WrongRequest : RankExit.FailedAlone;
        }
    }

    /// <summary>How long all may take to find each other, and what they prove themselves with.</summary>
    internal static TcpTransportOptions OptionsFor(TrainingJob job, JobToken token) => new()
    {
        Token = token,
        StartupTimeout = TimeSpan.FromSeconds(Math.Max(60, Math.Min(job.TimeoutSeconds, 86_400))),
        // All start at once, and a machine that is busy with that may leave one unanswered for longer than a stranger would get.
        HandshakeTimeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>The transport as the job's network would be.</summary>
    /// <param name="plan">The job.</param>
    /// <param name="transport">The transport that is there.</param>
    /// <param name="hasOwnProcess">Whether its waits may block threads of the pool for a few milliseconds, because no other rank uses them.</param>
    internal static ITransport Shape(JobPlan plan, ITransport transport, bool hasOwnProcess) => plan.Job.Network is { } network
        ? new ShapedTransport(transport, network.Latency, network.BitsPerSecond, hasOwnProcess && FineWait.IsSupported ? FineWait.For : null)
        : transport;

    private static async Task<int> RunRankAsync(
        JobPlan plan, Checkpoint? resume, JobToken token, TextWriter error, RankEnvironment self, CancellationToken cancellation)
    {
        // A shaped link waits on two threads of the pool; what arrives meanwhile needs others.
        ThreadPool.GetMinThreads(out int threads, out int ports);
        ThreadPool.SetMinThreads(threads + 2, ports);
        TcpTransport tcp = await TcpTransport.JoinAsync(
            self.Rank, self.WorldSize, self.MasterAddress ?? "127.0.0.1", self.MasterPort ?? 0, OptionsFor(plan.Job, token), RealTime.Clock, cancellation);
        int code = RankExit.FailedAlone;
        try
        {
            await RankLoop.RunAsync(RunFailures.NameOf(self.Rank, plan.Workers, plan.Servers), async () =>
            {
                await using ITransport transport = Shape(plan, tcp, hasOwnProcess: true);
                try
                {
                    await RankProgram.RunAsync(plan, transport, thread => PacedAccelerator.For(plan, self.Rank, thread, RealTime.Clock), resume, cancellation);
                    code = RankExit.Done;
                }
                catch (OperationCanceledException)
                {
                    code = RankExit.Ended;
                }
                catch (Exception failure) when (failure is not OutOfMemoryException)
                {
                    code = RankExit.Failed;
                    await error.WriteLineAsync(RunFailures.Describe(failure));
                }
            });
            return code;
        }
        catch (Exception) when (code == RankExit.FailedAlone)
        {
            // Nobody awaited what threw this, so nobody could tell the conductor: a broken connection does.
            tcp.Abort();
            throw;
        }
    }

    private static void FollowLauncher(Stream input)
    {
        Span<byte> ignored = stackalloc byte[64];
        while (input.Read(ignored) > 0)
        {
        }
        Environment.Exit(RankExit.Orphaned);
    }
}
