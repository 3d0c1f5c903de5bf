using Rubato.Data;

namespace Rubato.Tests.Data;

public class ClickStreamTests
{
    private static readonly Dataset Clicks = DatasetCatalog.Load("clicks:samples=20000");

    [Fact]
    public void A_field_s_values_are_its_own_rows_and_fall_off_like_one_over_rank()
    {
        Batch batch = All(Clicks.Train);
        int[][] samples = [.. batch.Categories.ToArray().Chunk(6)];

        Assert.Equal(2400, Clicks.Train.CategoryRows);
        Assert.Equal(8, batch.FeaturesPerSample);
        double harmonic = Enumerable.Range(1, 400).Sum(k => 1.0 / k);
        for (int field = 0; field < 6; field++)
        {
            Assert.All(samples, sample => Assert.InRange(sample[field], 400 * field, 400 * field + 399));
            foreach (int rank in (int[])[1, 2, 10])
            {
                double share = samples.Count(sample => sample[field] == 400 * field + rank - 1) / 20_000.0, expected = 1 / (rank * harmonic);
                // Four standard deviations of a share.
                Assert.InRange(share, expected - 4 * Math.Sqrt(expected / 20_000), expected + 4 * Math.Sqrt(expected / 20_000));
            }
        }
    }

    [Fact]
    public void A_seed_gives_the_same_stream_and_a_longer_one_begins_with_it()
    {
        Batch shorter = All(Clicks.Train), longer = All(DatasetCatalog.Load("clicks:samples=21000").Train);

        Assert.True(longer.Features[..shorter.Features.Length].SequenceEqual(shorter.Features));
        Assert.True(longer.Categories[..shorter.Categories.Length].SequenceEqual(shorter.Categories));
        Assert.True(longer.Labels[..shorter.Labels.Length].SequenceEqual(shorter.Labels));
        Assert.False(All(DatasetCatalog.Load("clicks:samples=20000,seed=2").Train).Labels.SequenceEqual(shorter.Labels));
    }

    [Fact]
    public void Both_labels_occur_and_a_subset_keeps_its_categories()
    {
        Assert.Equal(2, Clicks.Classes);
        Assert.InRange(All(Clicks.Test).Labels.ToArray().Average(), 0.3, 0.7);

        SampleSet subset = Clicks.Train.Subset([5, 3]);
        var batch = new Batch();
        subset.Read([1], batch);
        Assert.Equal((6, 2400), (subset.Categories, subset.CategoryRows));
        Assert.Equal(All(Clicks.Train).Categories.Slice(3 * 6, 6), batch.Categories);
    }

    [Theory]
    [InlineData(new[] { 0, 5 }, 5)]
    [InlineData(new[] { 0, -2 }, 5)]
    [InlineData(new[] { 0, 1, 2 }, 5)]
    public void Categories_that_do_not_fit_are_refused(int[] categories, int rows) =>
        Assert.ThrowsAny<ArgumentException>(() => SampleSet.FromArrays([1, 2], categories, rows, [0, 1], new SampleShape(1)));

    private static Batch All(SampleSet set)
    {
        var batch = new Batch();
        set.Read([.. Enumerable.Range(0, set.Count)], batch);
        return batch;
    }
}
