using System.Runtime.ExceptionServices;
using Rubato.Communication;
using Rubato.Transports.Mpi;

namespace Rubato.Training;

/// <summary>One run on this MPI rank: its endpoints, on rank 0 the conductor, and how all ranks come to the same end.</summary>
internal sealed class MpiRun(
    JobPlan plan, MpiLayout layout, MpiHall hall, MpiNetwork network, IReadOnlyList<MpiPlace> places, Action<string>? notice, TimeProvider time)
    : IDisposable
{
    // Rank 0 hears of a signal that reaches all ranks at the same time, and ends the others in order.
    private static readonly TimeSpan LeaveToRoot = TimeSpan.FromSeconds(2), TimeToPart = TimeSpan.FromSeconds(5), TimeForOwnWords = TimeSpan.FromSeconds(2);

    // Rank 0 may still wait for others, and must have said what happened before anybody ends the job.
    private static readonly TimeSpan TimeForRoot = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stranded = new();
    private string? _loss;

    /// <summary>Whether ranks are lost or did not part, so that MPI cannot be ended in order.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Runs to the end; returns or throws the same on all ranks.</summary>
    /// <param name="folders">What is written and what is gone on from.</param>
    /// <param name="progress">Is told of rank 0's progress.</param>
    /// <param name="cancellation">Ends the run.</param>
    public async Task<RunReport> RunAsync(RunFolders folders, IProgress<RunProgress>? progress, CancellationToken cancellation)
    {
        using MpiNetwork closing = network;
        using var watch = new MpiWatch(hall.Rank, places, OnRankLost, time);
        Task[] ranks = [.. layout.EndpointsOf(hall.Rank).Where(endpoint => endpoint != plan.Conductor).Select(endpoint => RankThread.RunAsync(
            plan, endpoint, () => network.Open(endpoint), reason => network.Lose(endpoint, reason), folders.Resume, time, _stranded.Token))];
        try
        {
            return hall.Rank == 0
                ? await LeadAsync(ranks, folders, watch, progress, cancellation)
                : await FollowAsync(ranks, watch, cancellation);
        }
        finally
        {
            await _stranded.CancelAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stranded.Dispose();

    private async Task<RunReport> LeadAsync(
        Task[] ranks, RunFolders folders, MpiWatch watch, IProgress<RunProgress>? progress, CancellationToken cancellation)
    {
        // Never disposed: the loss of a rank may still be heard of when the run is over.
        var ended = new CancellationTokenSource();
        await using CancellationTokenRegistration registration = cancellation.UnsafeRegister(_ =>
        {
            // A launcher that has lost a rank sends the others the same signal as one whose user has had enough.
            watch.Look();
            if (Volatile.Read(ref _loss) is null) ended.Cancel();
        }, null);
        RunReport? report = null;
        Exception? failure = null;
        try
        {
            await RankLoop.RunAsync("conductor", async () =>
            {
                await using ITransport transport = RankProcess.Shape(plan, network.Open(plan.Conductor), hasOwnProcess: false);
                // No strategy goes on without a rank here, since MPI does not. Those that cannot in any world say so sooner, and better.
                transport.PeerLost += lost =>
                {
                    Interlocked.CompareExchange(ref _loss, $"{RunFailures.NameOf(lost.Rank, plan.Workers, plan.Servers)} is lost ({lost.Reason})", null);
                    ended.CancelAfter(TimeForOwnWords);
                };
                using var accelerator = new ComputeThread("evaluation");
                report = await Conductor.RunAsync(plan, transport, accelerator, folders.Output, folders.Resume, progress, ended.Token);
            });
        }
        catch (Exception thrown) when (thrown is not OutOfMemoryException)
        {
            failure = thrown;
        }
        await _stranded.CancelAsync();
        string? loss = Volatile.Read(ref _loss);
        if (loss is not null && failure is OperationCanceledException)
            failure = new RunFailedException($"The job ends, since MPI cannot go on without a rank: {loss}.{WayOn}", failure);
        IsBroken = loss is not null;
        if (!await PartAsync(report is null ? MpiVerdict.Of(failure!) : MpiVerdict.Of(report))) IsBroken = true;
        var own = Task.WhenAll(ranks);
        await Task.WhenAny(own, Task.Delay(TimeToPart, time, CancellationToken.None));
        if (!own.IsCompleted) IsBroken = true;
        if (failure is OperationCanceledException) throw new OperationCanceledException(failure.Message, failure, cancellation);
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        return report!;
    }

    // Whether all other ranks have heard how the run ended, and have ended their part in it.
    private async Task<bool> PartAsync(byte[] verdict)
    {
        using var limit = new CancellationTokenSource(TimeToPart, time);
        try
        {
            await hall.TellAllAsync(verdict, limit.Token);
            await hall.ExchangeAsync([], TimeToPart, limit.Token);
            return true;
        }
        catch (Exception missing) when (missing is CommunicationException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<RunReport> FollowAsync(Task[] ranks, MpiWatch watch, CancellationToken cancellation)
    {
        await using CancellationTokenRegistration registration = cancellation.UnsafeRegister(_ =>
        {
            watch.Look();
            _stranded.CancelAfter(LeaveToRoot);
        }, null);
        try
        {
            byte[] verdict = await hall.HearAsync(CancellationToken.None);
            await _stranded.CancelAsync();
            await Task.WhenAll(ranks).WaitAsync(TimeToPart, time, CancellationToken.None);
            await hall.ExchangeAsync([], TimeForRoot, CancellationToken.None);
            return MpiVerdict.Read(verdict, cancellation);
        }
        catch (Exception failure) when (failure is CommunicationException or TimeoutException)
        {
            IsBroken = true;
            var broken = new RunFailedException($"MPI rank {hall.Rank} on {places[hall.Rank].Host} could not end in order: {failure.Message}", failure);
            // Rank 0 may not be there any more to say so.
            notice?.Invoke(broken.Message);
            throw broken;
        }
    }

    private string WayOn => plan.Job.Output is { } folder ? $" Go on from its last checkpoint, if it has one, with --resume {folder}." : "";

    private void OnRankLost(int rank, string reason)
    {
        string[] names = [.. layout.EndpointsOf(rank).Select(endpoint => RunFailures.NameOf(endpoint, plan.Workers, plan.Servers))];
        string lost = $"{string.Join(" and ", names)} {(names.Length == 1 ? "is" : "are")} lost: {reason}";
        Interlocked.CompareExchange(ref _loss, lost, null);
        // Now, and not when the run has ended: a launcher that saw it too leaves little time. One rank of the machine says it.
        int speaker = Enumerable.Range(0, places.Count).First(other => other != rank && places[other].Host == places[rank].Host);
        if (hall.Rank == speaker)
            notice?.Invoke($"mpi: {lost}. MPI cannot go on without a rank, so the job ends.{WayOn}");
        foreach (int endpoint in layout.EndpointsOf(rank)) network.Lose(endpoint, reason);
    }
}
