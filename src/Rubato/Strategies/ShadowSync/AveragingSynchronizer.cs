using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Strategies.Bmuf;
using Rubato.Strategies.ModelAveraging;

namespace Rubato.Strategies.ShadowSync;

/// <summary>S-MA and S-BMUF: the replica goes a share α of the way to the mean of all replicas, or to a global model that follows the mean.</summary>
/// <remarks>
/// Paper → here: c the snapshot, w_glob and vel the filter's, α alpha. The all-reduce has one float more than the replica: the share of
/// workers that still train, so that all of them hear in the same round that it was the last. State: the filter's.
/// </remarks>
/// <param name="alpha">α.</param>
/// <param name="blend">From where the replica goes.</param>
/// <param name="filter">What makes the global model of the means; null for the mean itself.</param>
internal sealed class AveragingSynchronizer(float alpha, ShadowBlend blend, BlockFilter? filter) : IReplicaSynchronizer
{
    private float[] _average = [];   // c and whether this worker trains, then the mean of both; shape [d + 1]
    private float[] _snapshot = [];  // c, where the blend needs it once more; shape [d]
    private bool _hasBegun;

    /// <inheritdoc/>
    public bool IsCollective => true;

    /// <inheritdoc/>
    public async ValueTask StartAsync(Worker worker, Memory<float> replica, CancellationToken cancellation)
    {
        await worker.Workers.BroadcastAsync(replica, root: 0, cancellation);
        Begin(replica.Span);
    }

    /// <summary>Takes the common start.</summary>
    internal void Begin(ReadOnlySpan<float> initial)
    {
        _average = new float[initial.Length + 1];
        if (blend == ShadowBlend.Snapshot) _snapshot = new float[initial.Length];
        filter?.Begin(initial);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> SyncOnceAsync(Worker worker, Memory<float> replica, bool isTraining, CancellationToken cancellation)
    {
        if (!_hasBegun && filter is not null)
        {
            // A checkpoint may have caught one worker before a round and another one after it.
            await worker.Workers.BroadcastAsync(filter.Start, root: 0, cancellation);
            await worker.Workers.BroadcastAsync(filter.Momentum, root: 0, cancellation);
        }
        _hasBegun = true;
        TakeSnapshot(replica.Span);
        _average[^1] = isTraining ? 1 : 0;
        await worker.Workers.AllReduceAsync(_average, ReduceOperation.Mean, cancellation);
        // In the round that nobody trains in any more nothing is left to be synchronized.
        if (_average[^1] == 0) return false;
        TakeAverage(replica.Span);
        if (isTraining) worker.ReportSynchronized();
        return true;
    }

    /// <summary>c ← w.</summary>
    internal void TakeSnapshot(ReadOnlySpan<float> x)
    {
        x.CopyTo(_average);
        if (blend == ShadowBlend.Snapshot) x.CopyTo(_snapshot);
    }

    /// <summary>The mean of the snapshots, or this worker's part of it; shape [d].</summary>
    internal Span<float> Average => _average.AsSpan(..^1);

    /// <summary>With m the mean or what the filter makes of it: w ← (1 − α) w + α m, or w ← w + α (m − c).</summary>
    internal void TakeAverage(Span<float> x)
    {
        filter?.Update(Average);
        if (blend == ShadowBlend.Live) Blend.Towards(x, Average, alpha);
        else for (int j = 0; j < x.Length; j++) x[j] += alpha * (_average[j] - _snapshot[j]);
    }

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        if (filter is not null) visitor.Part("filter", filter);
    }
}
