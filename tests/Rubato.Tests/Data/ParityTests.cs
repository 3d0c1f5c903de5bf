using Rubato.Data;

namespace Rubato.Tests.Data;

public class ParityTests
{
    [Fact]
    public void Classes_stand_one_after_the_other_and_each_is_even_or_odd()
    {
        SampleSet train = DatasetCatalog.Load("parity").Train;

        for (int sample = 0; sample < train.Count; sample++) Assert.Equal(sample / 400 % 2, train.LabelOf(sample));
    }

    [Fact]
    public void Pairs_are_fifths_of_an_even_and_an_odd_class_and_together_the_same_samples()
    {
        float[][] classes = Rows("parity"), pairs = Rows("parity:tasks=pairs");
        Dictionary<float[], int> digits = classes.Index().ToDictionary(row => row.Item, row => row.Index / 400, new SameRow());

        Assert.Equal(4000, digits.Count);
        for (int task = 0; task < 25; task++)
        {
            int[] own = [.. pairs.Skip(160 * task).Take(160).Select(row => digits[row])];
            Assert.Equal([(2 * (task / 5), 80), (2 * (task % 5) + 1, 80)], own.CountBy(digit => digit).Select(pair => (pair.Key, pair.Value)));
        }
        Assert.Equal(4000, pairs.Distinct(new SameRow()).Count());
    }

    [Fact]
    public void The_exam_may_be_on_the_training_part()
    {
        Dataset dataset = DatasetCatalog.Load("parity:exam=train");

        Assert.Same(dataset.Train, dataset.Test);
        Assert.Equal(1000, DatasetCatalog.Load("parity").Test.Count);
    }

    private static float[][] Rows(string name)
    {
        SampleSet train = DatasetCatalog.Load(name).Train;
        var batch = new Batch();
        train.Read([.. Enumerable.Range(0, train.Count)], batch);
        return [.. batch.Features.ToArray().Chunk(32)];
    }

    private sealed class SameRow : IEqualityComparer<float[]>
    {
        public bool Equals(float[]? x, float[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(float[] row) => HashCode.Combine(row[0], row[1], row[2]);
    }
}
