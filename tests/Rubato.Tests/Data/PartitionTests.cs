using FsCheck;
using FsCheck.Fluent;
using Rubato.Configuration;
using Rubato.Data;

namespace Rubato.Tests.Data;

public sealed class PartitionTests
{
    public static TheoryData<string> OwnData => ["skew:0", "skew:0.3", "skew:1", "dirichlet:0.001", "dirichlet:0.5", "dirichlet:1000000", "shards:1", "shards:2"];

    [Theory]
    [MemberData(nameof(OwnData))]
    public void Every_sample_is_dealt_to_exactly_one_worker(string partition) => ForAnySet((set, workers, seed) =>
    {
        int[][] pools = Pools(Partition.Parse(partition).Deal(set, workers, seed));

        return pools.All(pool => pool.Length >= 1)
            && pools.SelectMany(pool => pool).Order().SequenceEqual(Enumerable.Range(0, set.Count));
    });

    [Theory]
    [InlineData("iid")]
    [InlineData("mixture:0.5")]
    [MemberData(nameof(OwnData))]
    public void The_same_seed_deals_the_same_samples_and_another_seed_others(string partition)
    {
        SampleSet set = Labelled(Enumerable.Range(0, 200).Select(i => i % 7));

        int[][] first = Rows(Partition.Parse(partition).Deal(set, 3, seed: 5), 40);

        Assert.Equal(first, Rows(Partition.Parse(partition).Deal(set, 3, seed: 5), 40));
        Assert.NotEqual(first, Rows(Partition.Parse(partition).Deal(set, 3, seed: 6), 40));
    }

    [Fact]
    public void Under_iid_every_epoch_hands_out_every_sample_exactly_once() => ForAnySet((set, workers, seed) =>
    {
        SampleDeal deal = Partition.Iid.Deal(set, workers, seed);
        int[] row = ReadRow(deal, worker: 0, batches: 3 * set.Count, batchSize: 1);

        return row.Chunk(set.Count).All(epoch => epoch.Order().SequenceEqual(Enumerable.Range(0, set.Count)));
    });

    [Fact]
    public void Under_own_data_every_epoch_of_a_worker_hands_out_its_pool_exactly_once() => ForAnySet((set, workers, seed) =>
    {
        SampleDeal deal = Partition.Skew(0.5).Deal(set, workers, seed);
        return Enumerable.Range(0, workers).All(worker =>
        {
            int[][] epochs = [.. ReadRow(deal, worker, 3 * deal.PoolSize(worker), 1).Chunk(deal.PoolSize(worker)).Select(e => e.Order().ToArray())];
            return epochs.All(epoch => epoch.Distinct().Count() == epoch.Length && epoch.SequenceEqual(epochs[0]));
        });
    });

    [Fact]
    public void N_workers_with_batch_B_see_what_one_worker_with_batch_N_times_B_sees() => ForAnySet((set, workers, seed) =>
    {
        const int batchSize = 3, steps = 20;
        SampleDeal many = Partition.Iid.Deal(set, workers, seed), one = Partition.Iid.Deal(set, 1, seed);

        int[] together = [.. Enumerable.Range(0, steps * workers).SelectMany(k => ReadBatch(many, k % workers, k, batchSize))];

        return together.SequenceEqual(ReadRow(one, 0, steps, workers * batchSize));
    });

    [Theory]
    [InlineData("iid")]
    [InlineData("skew:0.5")]
    [InlineData("mixture:0.5")]
    public void A_batch_is_a_pure_function_of_its_number(string partition)
    {
        // Batches of 7 from pools of 5 or 10 cross epochs, and are larger than a pool.
        SampleSet set = Labelled(Enumerable.Range(0, 10).Select(i => i % 2));
        SampleDeal ascending = Partition.Parse(partition).Deal(set, 2, 1), shuffled = Partition.Parse(partition).Deal(set, 2, 1);

        int[][] expected = [.. Enumerable.Range(0, 30).Select(k => ReadBatch(ascending, 1, k, 7))];

        foreach (int k in (int[])[29, 0, 13, 12, 28, 1, 1]) Assert.Equal(expected[k], ReadBatch(shuffled, 1, k, 7));
    }

    [Fact]
    public void A_batch_larger_than_several_epochs_repeats_each_sample_once_an_epoch()
    {
        SampleDeal deal = Partition.Iid.Deal(Labelled([0, 1, 0]), 1, 1);

        int[] batch = ReadBatch(deal, 0, 0, 10);

        Assert.All(batch[..9].Chunk(3), epoch => Assert.Equal([0, 1, 2], epoch.Order()));
        Assert.Equal(batch, ReadRow(deal, 0, 10, 1));
    }

    [Fact]
    public void Full_skew_hands_labels_out_in_order_and_no_skew_mixes_them()
    {
        SampleSet set = Labelled(Enumerable.Range(0, 1000).Select(i => i % 10));

        int[][] sorted = Pools(Partition.Skew(1).Deal(set, 5, 1)), mixed = Pools(Partition.Skew(0).Deal(set, 5, 1));

        Assert.All(Enumerable.Range(0, 5), w => Assert.Equal([2 * w, 2 * w + 1], sorted[w].Select(set.LabelOf).Distinct().Order()));
        Assert.All(mixed, pool => Assert.All(Enumerable.Range(0, 10), label => Assert.InRange(pool.Count(s => set.LabelOf(s) == label), 5, 40)));
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(0.75)]
    public void A_partial_skew_sorts_that_share_of_each_pool(double fraction)
    {
        SampleSet set = Labelled(Enumerable.Range(0, 2000).Select(i => i % 10));

        int[][] pools = Pools(Partition.Skew(fraction).Deal(set, 10, 1));

        // Of 200 samples, the sorted share carries the worker's own label (but where chance moved the borders of labels), and of the rest a tenth does.
        double expected = 200 * (fraction + (1 - fraction) / 10);
        Assert.All(Enumerable.Range(0, 10), w => Assert.InRange(pools[w].Count(s => set.LabelOf(s) == w), expected - 35, expected + 35));
    }

    [Fact]
    public void Pools_differ_in_size_by_one_sample_at_most() => ForAnySet((set, workers, seed) =>
        new[] { Partition.Skew(0.4), Partition.Dirichlet(0.1) }.All(partition =>
        {
            SampleDeal deal = partition.Deal(set, workers, seed);
            int[] sizes = [.. Enumerable.Range(0, workers).Select(deal.PoolSize)];
            return sizes.Max() - sizes.Min() <= 1;
        }));

    [Fact]
    public void A_smaller_alpha_is_more_uneven()
    {
        SampleSet set = Labelled(Enumerable.Range(0, 5000).Select(i => i % 10));
        double[] unevenness = [.. new[] { 0.01, 1, 100.0 }.Select(alpha => Pools(Partition.Dirichlet(alpha).Deal(set, 10, 3))
            .Average(pool => pool.CountBy(set.LabelOf).Max(p => p.Value) / (double)pool.Length))];

        // The share of a worker's most frequent label; several workers may want the same one, so even the smallest alpha stays below 1.
        Assert.InRange(unevenness[0], 0.45, 1);
        Assert.InRange(unevenness[1], 0.2, 0.4);
        Assert.InRange(unevenness[2], 0.1, 0.17);
    }

    [Fact]
    public void A_worker_with_two_shards_of_a_balanced_set_holds_few_labels()
    {
        SampleSet set = Labelled(Enumerable.Range(0, 1000).Select(i => i % 10));

        Assert.All(Pools(Partition.Shards(2).Deal(set, 10, 1)), pool => Assert.InRange(pool.Select(set.LabelOf).Distinct().Count(), 1, 2));
    }

    [Theory]
    [InlineData("iid")]
    [InlineData("skew:0.25")]
    [InlineData("dirichlet:0.1")]
    [InlineData("shards:3")]
    [InlineData("mixture:0.5")]
    public void A_partition_reads_back_what_it_writes(string text)
    {
        Assert.Equal(text, Partition.Parse(text).ToString());
        Assert.Equal(Partition.Parse(text), Partition.Parse(text));
    }

    [Theory]
    [InlineData("idd", "Did you mean 'iid'?")]
    [InlineData("shard:2", "Did you mean 'shards'?")]
    [InlineData("iid:1", "Write iid.")]
    [InlineData("skew", "skew:0.5")]
    [InlineData("skew:x", "'x'")]
    [InlineData("skew:1.5", "1.5, but it must be from 0 to 1")]
    [InlineData("skew:NaN", "NaN, but it must be from 0 to 1")]
    [InlineData("dirichlet:0", "0, but it must be from 0.001")]
    [InlineData("mixture:1.5", "Use mixture:0.5")]
    [InlineData("mixture", "mixture:0.5")]
    [InlineData("shards:0", "smallest number is 1")]
    [InlineData("shards:1.5", "not a whole number")]
    [InlineData("", "Write iid, skew:FRACTION")]
    public void A_wrong_partition_is_refused_with_value_limit_and_fix(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidRequestException>(() => Partition.Parse(text)).Message);

    [Theory]
    [InlineData("skew:1")]
    [InlineData("dirichlet:1")]
    [InlineData("shards:1")]
    public void Too_few_samples_or_labels_are_refused(string text)
    {
        Partition partition = Partition.Parse(text);

        Assert.Contains("3", Assert.Throws<InvalidRequestException>(() => partition.Deal(Labelled([0, 1, 2]), 4, 1)).Message);
        Assert.Contains("one label only", Assert.Throws<InvalidRequestException>(() => partition.Deal(Labelled([0, 0, 0]), 2, 1)).Message);
        Assert.Contains("0 samples", Assert.Throws<InvalidRequestException>(() => partition.Deal(Labelled([]), 2, 1)).Message);
        Assert.Contains("needs at least one", Assert.Throws<InvalidRequestException>(
            () => Partition.Shards(int.MaxValue).Deal(Labelled([0, 1]), 2, 1)).Message);
    }

    private static SampleSet Labelled(IEnumerable<int> labels)
    {
        int[] array = [.. labels];
        return SampleSet.FromBytes(new byte[array.Length], array, new SampleShape(1));
    }

    private static void ForAnySet(Func<SampleSet, int, ulong, bool> law)
    {
        // Up to 8 workers with two shards each, so at least 16 samples, of which two labels at least.
        Gen<(int[] Labels, int Workers, ulong Seed)> cases =
            from count in Gen.Choose(16, 90)
            from labels in Gen.ArrayOf(Gen.Choose(0, 5), count)
            from workers in Gen.Choose(1, 8)
            from seed in Gen.Choose(0, int.MaxValue)
            select ((int[])[0, 5, .. labels[2..]], workers, (ulong)seed);
        Prop.ForAll(cases.ToArbitrary(), c => law(Labelled(c.Labels), c.Workers, c.Seed)).QuickCheckThrowOnFailure();
    }

    private static int[] ReadBatch(SampleDeal deal, int worker, long batch, int batchSize)
    {
        var samples = new int[batchSize];
        deal.Read(worker, batch, samples);
        return samples;
    }

    private static int[] ReadRow(SampleDeal deal, int worker, int batches, int batchSize) =>
        [.. Enumerable.Range(0, batches).SelectMany(batch => ReadBatch(deal, worker, batch, batchSize))];

    private static int[][] Rows(SampleDeal deal, int length) =>
        [.. Enumerable.Range(0, deal.Workers).Select(worker => ReadRow(deal, worker, length, 1))];

    private static int[][] Pools(SampleDeal deal) =>
        [.. Enumerable.Range(0, deal.Workers).Select(worker => ReadRow(deal, worker, deal.PoolSize(worker), 1))];
}
