using Rubato.Models;

namespace Rubato.Tests.Models;

public sealed class GradientObserverTests
{
    [Theory]
    [InlineData("mlp:hidden=17x5", 3)]
    [InlineData("logistic", 1)]
    [InlineData("embedding", 2)]
    public void The_factors_rebuild_the_dense_gradient(string name, int expected)
    {
        (IModel model, SyntheticSamples samples, float[] parameters) = ModelLawTests.Create(name);
        var gradient = new float[parameters.Length];
        var recorder = new Recorder();
        model.ComputeGradient(parameters, samples.Batch(0, 7), gradient, ModelLawTests.Pass(recorder));
        Assert.Equal(expected, recorder.Rebuilt.Count);
        foreach ((ParameterBlock weight, double[] rebuilt) in recorder.Rebuilt)
            LayerProbe.AssertClose(rebuilt, weight.In(gradient.AsSpan()), weight.Name);
    }

    [Fact]
    public void Only_the_touched_rows_have_a_gradient()
    {
        (IModel model, SyntheticSamples samples, float[] parameters) = ModelLawTests.Create("embedding");
        var gradient = new float[parameters.Length];
        var recorder = new Recorder();
        model.ComputeGradient(parameters, samples.Batch(0, 2), gradient, ModelLawTests.Pass(recorder));
        (ParameterBlock table, int[] rows) = Assert.Single(recorder.Rows);
        int[] touched = [.. Enumerable.Range(0, 10).Where(row => table.In(gradient.AsSpan()).Slice(row * 5, 5).ContainsAnyExcept(0f))];
        Assert.Equal(touched, rows);
        Assert.InRange(rows.Length, 2, 9);
    }

    [Fact]
    public void Listening_does_not_change_a_bit()
    {
        (IModel model, SyntheticSamples samples, float[] parameters) = ModelLawTests.Create("embedding");
        float[] alone = new float[parameters.Length], observed = new float[parameters.Length];
        model.ComputeGradient(parameters, samples.Batch(0, 5), alone, ModelLawTests.Pass());
        model.ComputeGradient(parameters, samples.Batch(0, 5), observed, ModelLawTests.Pass(new Recorder()));
        Assert.Equal(alone, observed);
    }

    private sealed class Recorder : IGradientObserver
    {
        public List<(ParameterBlock Weight, double[] Gradient)> Rebuilt { get; } = [];
        public List<(ParameterBlock Table, int[] Rows)> Rows { get; } = [];

        public void Factors(ParameterBlock weight, int samples, ReadOnlySpan<float> outputGradients, ReadOnlySpan<float> inputs)
        {
            int rows = weight.Shape[0], columns = weight.Shape[1];
            var product = new double[rows * columns];
            for (int s = 0; s < samples; s++)
                for (int i = 0; i < rows; i++)
                    for (int j = 0; j < columns; j++)
                        product[i * columns + j] += (double)outputGradients[s * rows + i] * inputs[s * columns + j];
            Rebuilt.Add((weight, product));
        }

        public void SparseRows(ParameterBlock table, ReadOnlySpan<int> rows) => Rows.Add((table, rows.ToArray()));
    }
}
