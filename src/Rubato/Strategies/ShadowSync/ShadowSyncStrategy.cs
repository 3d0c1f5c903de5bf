using Rubato.Numerics;

namespace Rubato.Strategies.ShadowSync;

/// <summary>Threads train one replica without locks, in one pass over the data; a shadow synchronizes it with the others' beside them and never stops them.</summary>
/// <remarks>
/// <para>Zheng et al., "ShadowSync: Performing Synchronization in the Background for Highly Scalable Distributed Training", arXiv:2003.03477;
/// with a fixed rate its foreground counterparts FR-EASGD-k, FR-MA-k and FR-BMUF-k.</para>
/// <para>Paper → here: w_i Parameters, m threads, n WorkerCount, k fixedRate. Staleness counts the steps of the worker's own threads between reading the
/// replica and applying to it.</para>
/// <para>Traffic of a synchronization: 24·S + 4d bytes up and as many down over S servers (EASGD), or one all-reduce of d + 1 floats; where servers keep the
/// table, d counts what lies behind it, and each step pays for its rows (<see cref="TableClient"/>). State: the replica, its optimizer's and the synchronizer's.</para>
/// </remarks>
/// <param name="threads">m.</param>
/// <param name="fixedRate">k; null for the background.</param>
/// <param name="interval">The shadow's rest between two synchronizations.</param>
/// <param name="table">The way to the embedding table on servers; null where it is part of the replica.</param>
/// <param name="synchronizer">What a synchronization does; null for none.</param>
internal sealed class ShadowSyncStrategy(int threads, int? fixedRate, TimeSpan interval, TableClient? table, IReplicaSynchronizer? synchronizer) : IStrategy
{
    private Task? _shadow;
    private Action? _endRest;
    private TaskCompletionSource _meeting = new();
    private int _training = threads, _waiting;
    private long _updates;

    /// <inheritdoc/>
    public ValueTask StartAsync(Worker worker, CancellationToken cancellation) =>
        synchronizer?.StartAsync(worker, ReplicaOf(worker), cancellation) ?? worker.Workers.BroadcastAsync(ReplicaOf(worker), root: 0, cancellation);

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        await FollowFromNowOnAsync(worker, cancellation);
        if (table is not null) await table.LookUpAsync(worker, cancellation);
        long before = _updates;
        await worker.StepInPlaceAsync(cancellation);
        int staleness = (int)(_updates++ - before);
        // Reported when the rows have taken it too: the books of a checkpoint count nothing that is still on its way to a server.
        if (table is not null) await table.UpdateAsync(worker, cancellation);
        worker.ReportApplied(staleness);
        if (synchronizer is null || fixedRate is not { } k || worker.Step % k != 0) return;
        if (synchronizer.IsCollective) await MeetAsync(worker, cancellation);
        else await synchronizer.SyncOnceAsync(worker, ReplicaOf(worker), isTraining: true, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DrainAsync(Worker worker, CancellationToken cancellation)
    {
        _training--;
        if (_training > 0 && _waiting == _training) await SynchronizeThoseWaitingAsync(worker, cancellation);
    }

    /// <inheritdoc/>
    /// <remarks>Where all synchronize together, who has done takes part until everybody has.</remarks>
    public async ValueTask LeaveAsync(Worker worker, CancellationToken cancellation)
    {
        if (synchronizer is not null) await LeaveAsync(worker, synchronizer, cancellation);
        if (table is not null) await table.LeaveAsync(worker, cancellation);
    }

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        if (synchronizer is not null) visitor.Part("synchronizer", synchronizer);
    }

    private async ValueTask LeaveAsync(Worker worker, IReplicaSynchronizer synchronizer, CancellationToken cancellation)
    {
        await FollowFromNowOnAsync(worker, cancellation);
        _endRest?.Invoke();
        await _shadow!;
        if (fixedRate is not null && synchronizer.IsCollective)
            while (await synchronizer.SyncOnceAsync(worker, ReplicaOf(worker), isTraining: false, cancellation))
            {
            }
        await synchronizer.LeaveAsync(worker, cancellation);
    }

    // Where servers keep the table, what replicas have of it is the rows last looked up.
    private Memory<float> ReplicaOf(Worker worker) => table is null ? worker.Parameters : worker.Parameters[worker.Table.Length..];

    // Not from the start: what a checkpoint restores comes after it, and nothing may be synchronized that is not restored yet.
    private async ValueTask FollowFromNowOnAsync(Worker worker, CancellationToken cancellation)
    {
        _shadow ??= synchronizer is null || fixedRate is not null ? Task.CompletedTask : FollowAsync(worker, synchronizer, cancellation);
        if (_shadow.IsFaulted) await _shadow;
    }

    private async Task FollowAsync(Worker worker, IReplicaSynchronizer synchronizer, CancellationToken cancellation)
    {
        using var resting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _endRest = resting.Cancel;
        try
        {
            bool goesOn = true;
            while (true)
            {
                await worker.InBackground(SyncOnceAsync());
                if (!goesOn) return;
                await RestAsync(worker, resting.Token, cancellation);
            }

            async ValueTask SyncOnceAsync() => goesOn = await synchronizer.SyncOnceAsync(worker, ReplicaOf(worker), _training > 0, cancellation);
        }
        finally
        {
            _endRest = null;
        }
    }

    private async ValueTask RestAsync(Worker worker, CancellationToken ended, CancellationToken cancellation)
    {
        try
        {
            await worker.DelayAsync(interval, ended);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // There is nothing left to rest for.
        }
    }

    // All threads of this worker stop until the last one has come and has synchronized the replica.
    private async ValueTask MeetAsync(Worker worker, CancellationToken cancellation)
    {
        Task met = _meeting.Task;
        if (++_waiting == _training) await SynchronizeThoseWaitingAsync(worker, cancellation);
        else await met.WaitAsync(cancellation);
    }

    private async ValueTask SynchronizeThoseWaitingAsync(Worker worker, CancellationToken cancellation)
    {
        (TaskCompletionSource meeting, _meeting, _waiting) = (_meeting, new TaskCompletionSource(), 0);
        await synchronizer!.SyncOnceAsync(worker, ReplicaOf(worker), isTraining: true, cancellation);
        meeting.SetResult();
    }
}
