using FsCheck;
using FsCheck.Fluent;
using Rubato.Data;

namespace Rubato.Tests.Data;

public sealed class SampleSetTests
{
    [Fact]
    public void A_data_set_of_own_arrays_takes_two_lines()
    {
        float[] features = [1f, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        int[] labels = [0, 1, 2, 1, 0];

        SampleSet all = SampleSet.FromArrays(features, labels, new SampleShape(2));
        Dataset data = Dataset.Split("mine", all);

        Assert.Equal((4, 1, 3, "mine"), (data.Train.Count, data.Test.Count, data.Classes, data.Name));
    }

    [Fact]
    public void Byte_float_and_sparse_sets_of_the_same_numbers_read_the_same() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (byte)(i < 128 ? 0 : i)), 24).ToArbitrary(), bytes =>
        {
            int[] labels = [3, 0, 1, 0];
            float[] values = [.. bytes.Select(b => (float)b)];
            int[] stored = [.. Enumerable.Range(0, 24).Where(i => bytes[i] != 0)];
            SampleSet[] sets =
            [
                SampleSet.FromBytes(bytes, labels, new SampleShape(6), scale: 1),
                SampleSet.FromArrays(values, labels, new SampleShape(6)),
                SampleSet.FromSparse([.. Enumerable.Range(0, 5).Select(row => stored.Count(i => i < row * 6))], [.. stored.Select(i => i % 6)], [.. stored.Select(i => values[i])], labels, 6),
            ];
            foreach (SampleSet set in sets)
            {
                var batch = new Batch();
                set.Read([2, 0, 0, 3, 1], batch);
                int[] order = [2, 0, 0, 3, 1];
                Assert.Equal(order.SelectMany(s => values[(s * 6)..(s * 6 + 6)]), batch.Features.ToArray());
                Assert.Equal(order.Select(s => labels[s]), batch.Labels.ToArray());
                Assert.Equal((4, 4), (set.Count, set.Classes));
            }
        }));

    [Fact]
    public void A_batch_that_held_other_samples_before_holds_nothing_of_them()
    {
        SampleSet sparse = SampleSet.FromSparse([0, 1, 1], [0], [5f], [1, 0], 3);
        SampleSet regression = SampleSet.FromArrays([1f, 2, 3, 4, 5, 6], [0.5f, 1.5f], new SampleShape(3));
        var batch = new Batch();

        regression.Read([0, 1], batch);
        sparse.Read([0, 1], batch);

        Assert.Equal([5f, 0, 0, 0, 0, 0], batch.Features.ToArray());
        Assert.Equal([0f, 0], batch.Targets.ToArray());
        regression.Read([1, 0], batch);
        Assert.Equal([0, 0], batch.Labels.ToArray());
        Assert.Equal([1.5f, 0.5f], batch.Targets.ToArray());
    }

    [Fact]
    public void Each_channel_has_its_own_scale_and_offset()
    {
        var set = new ByteSampleSet([10, 20, 10, 20], Outcomes.OfLabels([0]), new SampleShape(2, 1, 2), PixelScaling.Standardise([0.5f, 0], [0.1f, 2], maximum: 100));

        float[] features = DataBytes.ReadAll(set).Features.ToArray();

        Assert.All(new[] { (0.1f - 0.5f) / 0.1f, (0.2f - 0.5f) / 0.1f, 0.1f / 2, 0.2f / 2 }.Zip(features), pair => Assert.Equal(pair.First, pair.Second, 5));
    }

    [Fact]
    public void Measured_scaling_gives_mean_zero_and_deviation_one()
    {
        byte[] pixels = [.. Enumerable.Range(0, 5 * 3 * 4).Select(i => (byte)(i * 37))];
        var shape = new SampleShape(3, 2, 2);
        var set = new ByteSampleSet(pixels, Outcomes.OfLabels([0, 1, 0, 1, 0]), shape, PixelScaling.Measure(pixels, shape));

        float[] features = DataBytes.ReadAll(set).Features.ToArray();

        for (int channel = 0; channel < 3; channel++)
        {
            float[] values = [.. features.Where((_, i) => i / 4 % 3 == channel)];
            Assert.Equal(0, values.Average(), 4);
            Assert.Equal(1, values.Average(v => v * v), 4);
        }
    }

    [Fact]
    public void Reading_a_warm_batch_allocates_nothing()
    {
        SampleSet set = Dataset.Split("x", SampleSet.FromBytes(new byte[40], [0, 1, 0, 1, 0, 1, 0, 1, 0, 1], new SampleShape(1, 2, 2))).Train;
        var batch = new Batch();
        int[] samples = [1, 3, 5, 7];
        for (int i = 0; i < 100; i++) set.Read(samples, batch);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) set.Read(samples, batch);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_split_is_a_disjoint_cover_that_the_seed_repeats() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(2, 60).ToArbitrary(), Gen.Choose(1, 99).ToArbitrary(), (count, percent) =>
        {
            (int[] train, int[] test) = Dataset.SplitNumbers(count, percent / 100.0, 7);
            Assert.Equal(Enumerable.Range(0, count), train.Concat(test).Order());
            Assert.True(train.Length >= 1 && test.Length >= 1);
            Assert.Equal(test, Dataset.SplitNumbers(count, percent / 100.0, 7).Test);
        }));

    [Fact]
    public void Arrays_that_do_not_fit_are_refused()
    {
        Assert.Contains("5 features for 2 samples", Assert.ThrowsAny<ArgumentException>(() => SampleSet.FromArrays(new float[5], [0, 1], new SampleShape(3))).Message);
        Assert.Contains("labels count from 0", Assert.ThrowsAny<ArgumentException>(() => SampleSet.FromArrays(new float[2], [0, -1], new SampleShape(1))).Message);
        Assert.Contains("column is 3", Assert.ThrowsAny<ArgumentException>(() => SampleSet.FromSparse([0, 1], [3], [1f], [0], 3)).Message);
        Assert.Contains("must ascend", Assert.ThrowsAny<ArgumentException>(() => SampleSet.FromSparse([0, 2, 1, 2], [0, 1], [1f, 1], [0, 0, 0], 3)).Message);
        Assert.Contains("no sample 5", Assert.ThrowsAny<ArgumentException>(() => SampleSet.FromArrays(new float[2], [0, 1], new SampleShape(1)).Subset([5])).Message);
        Assert.Contains("Both parts must agree", Assert.ThrowsAny<ArgumentException>(() => Dataset.Of("x",
            SampleSet.FromArrays(new float[2], [0, 1], new SampleShape(1)), SampleSet.FromArrays(new float[2], new float[2], new SampleShape(1)))).Message);
        Assert.Contains("at least 2", Assert.ThrowsAny<ArgumentException>(() => Dataset.Split("x", SampleSet.FromArrays(new float[1], [0], new SampleShape(1)))).Message);
    }
}
