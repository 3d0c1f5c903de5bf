using Rubato.Configuration;
using Rubato.Data;

namespace Rubato.Tests.Data;

public class GeneratedDatasetsTests
{
    public static TheoryData<string> Names => [.. GeneratedDatasets.All.Entries.Select(entry => entry.Name)];

    [Theory, MemberData(nameof(Names))]
    public void A_seed_gives_the_same_samples_and_another_one_others(string name)
    {
        Dataset one = DatasetCatalog.Load(name), again = DatasetCatalog.Load(name), other = DatasetCatalog.Load($"{name}:seed=2");

        Assert.Equal(First(one.Train), First(again.Train));
        Assert.NotEqual(First(one.Train), First(other.Train));
        Assert.NotEqual(First(one.Train), First(one.Test));
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_class_is_in_both_parts(string name)
    {
        Dataset dataset = DatasetCatalog.Load(name);

        foreach (SampleSet part in (SampleSet[])[dataset.Train, dataset.Test])
        {
            var batch = new Batch();
            part.Read([.. Enumerable.Range(0, part.Count)], batch);
            Assert.Equal(Enumerable.Range(0, dataset.Classes), batch.Labels.ToArray().Distinct().Order());
        }
    }

    [Fact]
    public void Noise_spreads_the_samples_of_a_cluster()
    {
        Assert.InRange(Spread("t1:noise=2") / Spread("t1:noise=1"), 1.999, 2.001);

        // Samples 0 and 30 are of one cluster.
        static double Spread(string name)
        {
            var batch = new Batch();
            DatasetCatalog.Load(name).Train.Read([0, 30], batch);
            ReadOnlySpan<float> x = batch.Features;
            double sum = 0;
            for (int j = 0; j < 32; j++) sum += Math.Pow(x[j] - x[32 + j], 2);
            return Math.Sqrt(sum);
        }
    }

    [Theory]
    [InlineData("t1:noise=-1", "noise")]
    [InlineData("t1:nose=1", "Did you mean 'noise'?")]
    public void What_a_data_set_cannot_be_is_refused(string name, string says) =>
        Assert.Contains(says, Assert.Throws<InvalidRequestException>(() => DatasetCatalog.Load(name)).Message, StringComparison.Ordinal);

    private static float[] First(SampleSet part)
    {
        var batch = new Batch();
        part.Read([0, 1, 2], batch);
        return batch.Features.ToArray();
    }
}
