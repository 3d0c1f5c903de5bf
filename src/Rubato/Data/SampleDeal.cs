using Rubato.Numerics;

namespace Rubato.Data;

/// <summary>Which samples each mini-batch consists of: a pure function of (seed, worker, batch).</summary>
/// <remarks>
/// Under a shared deal all workers draw from one endless row of seeded permutations, and batch k of B samples is positions kB … (k+1)B − 1 of it,
/// whoever computes it: an epoch hands out each sample exactly once, there are no short batches, and N workers with batch B see what one
/// worker with batch N·B sees. Otherwise every worker has its own row, of epochs of its own pool or of independent draws, and <c>batch</c> counts its own batches.
/// Caches the permutation of the epoch last read, so reading in ascending order is cheap. Not thread-safe: one instance a rank.
/// </remarks>
public sealed class SampleDeal
{
    private readonly ISampleRow[] _rows;

    private SampleDeal(ISampleRow[] rows, bool shared, int workers)
    {
        _rows = rows;
        IsShared = shared;
        Workers = workers;
    }

    /// <summary>Whether all workers draw from one row (<c>iid</c>), so that a fast worker may take batches that a slow one does not get to.</summary>
    public bool IsShared { get; }

    /// <summary>The number of workers that samples are dealt to.</summary>
    public int Workers { get; }

    /// <summary>The number of different samples that a worker can be handed; all of them under a shared deal.</summary>
    public int PoolSize(int worker) => Row(worker).PoolSize;

    /// <summary>Writes the sample numbers of one mini-batch.</summary>
    /// <param name="worker">The worker, from 0; ignored under a shared deal.</param>
    /// <param name="batch">The batch, from 0: of all workers together under a shared deal, else of this worker.</param>
    /// <param name="samples">Filled completely. Its length is the batch size B, which must be the same in every call of a run.</param>
    public void Read(int worker, long batch, Span<int> samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        Row(worker).Read(checked(batch * samples.Length), samples);
    }

    internal static SampleDeal Shared(int samples, int workers, ulong seed) =>
        new([new EpochRow([.. Enumerable.Range(0, samples)], RandomStream.Create(seed, "samples"))], shared: true, workers);

    internal static SampleDeal Own(int[][] pools, ulong seed) =>
        OfRows([.. pools.Select((pool, worker) => new EpochRow(pool, RandomStream.Create(seed, "own samples", worker)))]);

    internal static SampleDeal OfRows(ISampleRow[] rows) => new(rows, shared: false, rows.Length);

    private ISampleRow Row(int worker)
    {
        if (IsShared) return _rows[0];
        if ((uint)worker >= (uint)_rows.Length)
            throw new ArgumentOutOfRangeException(nameof(worker), worker, $"There is no worker {worker}; samples are dealt to workers 0 to {Workers - 1}.");
        return _rows[worker];
    }
}
