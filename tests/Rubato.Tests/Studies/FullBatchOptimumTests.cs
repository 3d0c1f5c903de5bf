using Rubato.Configuration;
using Rubato.Data;
using Rubato.Models;
using Rubato.Numerics;
using Rubato.Studies;

namespace Rubato.Tests.Studies;

public class FullBatchOptimumTests
{
    private const int Half = 40;

    [Fact]
    public void No_step_leads_below_the_least_loss_and_equal_parts_agree_there()
    {
        SampleSet set = Twice(firstLabelsFlipped: false);
        IModel model = Logistic(set);

        FullBatchOptimum optimum = FullBatchOptimum.Of(model, set, parts: 2, rate: 0.5f);

        var batch = new Batch();
        set.Read([.. Enumerable.Range(0, set.Count)], batch);
        float[] x = new float[model.Layout.Length], gradient = new float[x.Length];
        for (int step = 0; step < 200; step++)
        {
            double loss = model.ComputeGradient(x, batch, gradient, new GradientPass { Random = RandomStream.Create(1, "none") });
            Assert.True(loss >= optimum.Loss - 1e-6);
            for (int j = 0; j < x.Length; j++) x[j] -= 0.5f * gradient[j];
        }
        Assert.InRange(optimum.GradientNorm, 0, 1e-4);
        Assert.InRange(optimum.Disagreement, 0, 1e-8);
        Assert.True(optimum.Loss < Math.Log(2));
    }

    [Fact]
    public void Parts_with_opposite_labels_disagree()
    {
        SampleSet set = Twice(firstLabelsFlipped: true);

        FullBatchOptimum optimum = FullBatchOptimum.Of(Logistic(set), set, parts: 2, rate: 0.5f);

        // Half of the samples say the opposite of the other half, so nothing can be learnt.
        Assert.Equal(Math.Log(2), optimum.Loss, 1e-5);
        Assert.True(optimum.Disagreement > 0.01);
    }

    private static IModel Logistic(SampleSet set) => ModelCatalog.All.Create(new Specification("logistic"))(Dataset.Of("twice", set, set));

    // The same features twice; labels follow the first of them, now and then wrongly, so that the optimum is finite.
    private static SampleSet Twice(bool firstLabelsFlipped)
    {
        var random = RandomStream.Create(3, "twice");
        float[] once = [.. Enumerable.Range(0, 2 * Half).Select(_ => (float)random.NextNormal())];
        int[] labels = [.. Enumerable.Range(0, Half).Select(i => (once[2 * i] > 0) != (i % 5 == 0) ? 1 : 0)];
        return SampleSet.FromArrays([.. once, .. once], [.. labels.Select(label => firstLabelsFlipped ? 1 - label : label), .. labels], new SampleShape(2));
    }
}
