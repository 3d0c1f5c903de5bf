using Rubato.Numerics;

namespace Rubato.Data;

/// <summary>An endless row of sample numbers: one seeded permutation of a pool after the other, one an epoch.</summary>
/// <param name="pool">The sample numbers that every epoch hands out exactly once.</param>
/// <param name="random">The stream below which each epoch has its own.</param>
internal sealed class EpochRow(int[] pool, RandomStream random) : ISampleRow
{
    private readonly int[] _order = new int[pool.Length];
    private long _epoch = -1;

    public int PoolSize => pool.Length;

    /// <summary>Copies the numbers that stand at <paramref name="position"/> and after it, across epochs where need be.</summary>
    public void Read(long position, Span<int> samples)
    {
        while (!samples.IsEmpty)
        {
            (long epoch, long offset) = Math.DivRem(position, pool.Length);
            if (epoch != _epoch) Permute(epoch);
            int length = Math.Min(samples.Length, pool.Length - (int)offset);
            _order.AsSpan((int)offset, length).CopyTo(samples);
            samples = samples[length..];
            position += length;
        }
    }

    // Always from the pool's own order, never from the epoch before, so that any epoch can be had without the earlier ones.
    private void Permute(long epoch)
    {
        pool.CopyTo(_order, 0);
        random.Split("epoch", epoch).Shuffle(_order.AsSpan());
        _epoch = epoch;
    }
}
