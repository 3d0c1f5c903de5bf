using Rubato.Numerics;

namespace Rubato.Data;

/// <summary>A share of each worker's samples is dealt sorted by label, the rest at random.</summary>
/// <remarks>Hsieh et al., "The Non-IID Data Quagmire of Decentralized Machine Learning", ICML 2020, arXiv:1910.00189, section 2.</remarks>
internal sealed record SkewPartition(double Fraction) : Partition
{
    public override string ToString() => $"skew:{Text(Fraction)}";

    internal override SampleDeal DealSamples(SampleSet train, int workers, ulong seed) => SampleDeal.Own(Pools(train, workers, seed), seed);

    internal int[][] Pools(SampleSet train, int workers, ulong seed)
    {
        RequireSamples(train, workers, "workers");
        if (Fraction > 0) RequireLabels(train);
        int[] order = [.. Enumerable.Range(0, train.Count)];
        RandomStream.Create(seed, "skew").Shuffle(order.AsSpan());
        int sortedCount = (int)Math.Round(Fraction * order.Length);
        int[] sorted = LabelOrder.Sort(train, order.AsSpan(0, sortedCount));
        ReadOnlySpan<int> rest = order.AsSpan(sortedCount);

        // Both cuts give their uneven rest to the first workers, so no worker's sorted part exceeds its whole pool.
        var pools = new int[workers][];
        int fromSorted = 0, fromRest = 0;
        for (int w = 0; w < workers; w++)
        {
            int size = LabelOrder.EvenShare(order.Length, workers, w), sortedSize = LabelOrder.EvenShare(sortedCount, workers, w);
            pools[w] = [.. sorted.AsSpan(fromSorted, sortedSize), .. rest.Slice(fromRest, size - sortedSize)];
            fromSorted += sortedSize;
            fromRest += size - sortedSize;
        }
        return pools;
    }
}
