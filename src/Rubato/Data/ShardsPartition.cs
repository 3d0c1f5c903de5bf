using Rubato.Numerics;

namespace Rubato.Data;

/// <summary>The data is sorted by label and cut into shards, of which each worker gets the same number at random.</summary>
/// <remarks>McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data", AISTATS 2017, arXiv:1602.05629, section 3.</remarks>
internal sealed record ShardsPartition(int Count) : Partition
{
    public override string ToString() => $"shards:{Count}";

    internal override SampleDeal DealSamples(SampleSet train, int workers, ulong seed) => SampleDeal.Own(Pools(train, workers, seed), seed);

    internal int[][] Pools(SampleSet train, int workers, ulong seed)
    {
        RequireLabels(train);
        // A count near the largest integer must be refused by the sample count, not overflow on its way there.
        int shardCount = (int)Math.Min((long)workers * Count, int.MaxValue);
        RequireSamples(train, shardCount, "shards");
        RandomStream random = RandomStream.Create(seed, "shards");
        int[] order = [.. Enumerable.Range(0, train.Count)];
        random.Split("samples").Shuffle(order.AsSpan());
        int[] sorted = LabelOrder.Sort(train, order);

        var shards = new int[shardCount][];
        int from = 0;
        for (int s = 0; s < shardCount; s++)
        {
            int size = LabelOrder.EvenShare(sorted.Length, shardCount, s);
            shards[s] = sorted[from..(from + size)];
            from += size;
        }
        random.Split("shards").Shuffle(shards.AsSpan());
        return [.. Enumerable.Range(0, workers).Select(w => shards.Skip(w * Count).Take(Count).SelectMany(shard => shard).ToArray())];
    }
}
