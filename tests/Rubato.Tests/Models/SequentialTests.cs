using Rubato.Data;
using Rubato.Models;
using Rubato.Numerics;

namespace Rubato.Tests.Models;

public sealed class SequentialTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void A_composition_agrees_with_the_composition_of_its_parts(int samples)
    {
        // The first layer has no parameters, so the chain stops before it; the residual nests a second chain.
        var model = new Sequential(
            new SampleShape(6), new SoftmaxCrossEntropy(),
            new Sigmoid(), new Dense(5), new Tanh(), new Residual(new Dense(5), new Tanh()), new Dense(3));
        var data = new SyntheticSamples(new SampleShape(6), 8, 3);
        Batch batch = data.Batch(0, samples);
        float[] parameters = LayerProbe.Draw(RandomStream.Create(2, "parameters"), model.Layout.Length), gradient = LayerProbe.Poison(parameters.Length);
        double[] x = LayerProbe.Widen(batch.Features), p = LayerProbe.Widen(parameters);
        int[] labels = batch.Labels.ToArray();
        double Loss()
        {
            double[] Block(int i) => model.Layout.Blocks[i].Of(p);
            double[] y = Reference.Each(x, value => 1 / (1 + Math.Exp(-value)));
            y = Reference.Each(Reference.Dense(y, samples, 5, Block(0), Block(1)), Math.Tanh);
            y = [.. y.Zip(Reference.Each(Reference.Dense(y, samples, 5, Block(2), Block(3)), Math.Tanh), (a, b) => a + b)];
            y = Reference.Dense(y, samples, 3, Block(4), Block(5));
            return Enumerable.Range(0, samples).Average(i => Math.Log(Enumerable.Range(0, 3).Sum(j => Math.Exp(y[3 * i + j]))) - y[3 * i + labels[i]]);
        }

        double loss = model.ComputeGradient(parameters, batch, gradient, ModelLawTests.Pass());

        Assert.Equal(Loss(), loss, 1e-5);
        LayerProbe.AssertClose(LayerProbe.Differences(p, Loss), gradient, "gradient");
    }

    [Fact]
    public void One_layer_object_may_stand_in_several_places()
    {
        var dense = new Dense(4);
        var model = new Sequential(new SampleShape(4), new SoftmaxCrossEntropy(), dense, new Relu(), dense);
        Assert.Equal(2 * 20, model.Layout.Length);
    }

    [Fact]
    public void Initial_weights_have_the_documented_deviation()
    {
        var model = new Sequential(new SampleShape(200), new SoftmaxCrossEntropy(),
            new Dense(300), new Relu(), new Dense(100) { Initialization = WeightInitialization.Glorot });
        var parameters = new float[model.Layout.Length];
        model.Initialize(parameters, RandomStream.Create(1, "model"));
        double Deviation(int block) => Math.Sqrt(model.Layout.Blocks[block].In(parameters.AsSpan()).ToArray().Average(value => (double)value * value));
        Assert.Equal(Math.Sqrt(2.0 / 200), Deviation(0), 0.002);
        Assert.Equal(Math.Sqrt(2.0 / 400), Deviation(2), 0.002);
        Assert.Equal(0, Deviation(1));
    }

    [Fact]
    public void Vectors_and_batches_of_the_wrong_size_are_named()
    {
        var model = new Sequential(new SampleShape(6), new SoftmaxCrossEntropy(), new Dense(3));
        float[] right = new float[21], wrong = new float[20];
        Batch batch = new SyntheticSamples(new SampleShape(6), 8, 3).Batch(0, 2), narrow = new SyntheticSamples(new SampleShape(5), 8, 3).Batch(0, 2);
        Assert.Contains("20", Assert.Throws<ArgumentException>(() => model.ComputeGradient(wrong, batch, right, ModelLawTests.Pass())).Message);
        Assert.Throws<ArgumentException>(() => model.ComputeGradient(right, batch, wrong, ModelLawTests.Pass()));
        Assert.Contains("5 features", Assert.Throws<ArgumentException>(() => model.Evaluate(right, narrow)).Message);
        Assert.Throws<ArgumentException>(() => model.Evaluate(right, new Batch()));
        Assert.Throws<ArgumentException>(() => new Sequential(new SampleShape(6), new SoftmaxCrossEntropy()));
    }

    [Fact]
    public void A_batch_larger_than_the_workspace_is_evaluated_in_parts()
    {
        var model = new Sequential(new SampleShape(6), new SoftmaxCrossEntropy(), new Dense(3));
        var data = new SyntheticSamples(new SampleShape(6), 1000, 3);
        float[] parameters = LayerProbe.Draw(RandomStream.Create(2, "parameters"), 21);
        ModelScore whole = model.Evaluate(parameters, data.Batch(0, 1000)), parts = default;
        for (int i = 0; i < 1000; i++) parts += model.Evaluate(parameters, data.Batch(i, 1));
        Assert.Equal((parts.Samples, parts.Correct), (whole.Samples, whole.Correct));
        Assert.Equal(parts.LossSum, whole.LossSum, 1e-3);
    }
}
