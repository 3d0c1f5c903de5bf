using Rubato.Data;
using Rubato.Models;
using Rubato.Numerics;

namespace Rubato.Tests.Models;

/// <summary>Runs one bound layer in both directions on random values, in buffers that were poisoned with NaN.</summary>
internal sealed class LayerProbe
{
    public LayerProbe(Layer layer, SampleShape shape, int samples, int[]? categories = null, bool training = true, IGradientObserver? observer = null)
    {
        var blocks = new LayoutBuilder();
        Bound = layer.Bind(shape, blocks);
        Layout = blocks.Build();
        Samples = samples;
        var random = RandomStream.Create(7, "layer probe", samples);
        Parameters = Draw(random, Layout.Length);
        Input = Draw(random, samples * Bound.Input.Size);
        OutputGradient = Draw(random, samples * Bound.Output.Size);
        Output = Poison(OutputGradient.Length);
        InputGradient = Poison(Input.Length);
        Gradient = Poison(Parameters.Length);
        float[] kept = Poison(Bound.KeptLength(samples)), scratch = Poison(Bound.ScratchLength(samples));
        Bound.Forward(new ForwardPass
        {
            Samples = samples,
            Parameters = Parameters,
            Input = Input,
            Output = Output,
            Kept = kept,
            Scratch = scratch,
            Categories = categories,
            Random = training ? RandomStream.Create(8, "layer probe") : null,
        });
        if (!training) return;
        scratch.AsSpan().Fill(float.NaN);
        Bound.Backward(new BackwardPass
        {
            Samples = samples,
            Parameters = Parameters,
            Gradient = Gradient,
            Input = Input,
            Output = Output,
            OutputGradient = OutputGradient,
            InputGradient = InputGradient,
            Kept = kept,
            Scratch = scratch,
            Categories = categories,
            Observer = observer,
        });
    }

    public BoundLayer Bound { get; }
    public ParameterLayout Layout { get; }
    public int Samples { get; }
    public float[] Parameters { get; }
    public float[] Input { get; }
    public float[] Output { get; }
    public float[] OutputGradient { get; }
    public float[] InputGradient { get; }
    public float[] Gradient { get; }

    /// <summary>Holds values and gradients against the reference.</summary>
    public void AssertAgrees(Reference.Function reference)
    {
        double[] x = Widen(Input), p = Widen(Parameters);
        AssertClose(reference(x, p, Samples), Output, "output");
        AssertClose(Differences(x, () => Weighted(reference(x, p, Samples))), InputGradient, "input gradient");
        double[] gradient = Differences(p, () => Weighted(reference(x, p, Samples)));
        // A running statistic's "gradient" is no derivative; its own test checks it.
        foreach (ParameterBlock block in Layout.Blocks.Where(block => !block.IsStatistic))
            AssertClose(block.Of(gradient), block.In(Gradient.AsSpan()), block.Name);
    }

    /// <summary>Central differences, 2 evaluations a coordinate.</summary>
    /// <remarks>h = 1e-5: truncation is h²·f‴/6 ≈ 1e-11, rounding 1e-16/h ≈ 1e-11, both far below single precision.</remarks>
    public static double[] Differences(double[] at, Func<double> function)
    {
        const double h = 1e-5;
        var result = new double[at.Length];
        for (int i = 0; i < at.Length; i++)
        {
            double middle = at[i];
            at[i] = middle + h;
            double above = function();
            at[i] = middle - h;
            result[i] = (above - function()) / (2 * h);
            at[i] = middle;
        }
        return result;
    }

    /// <summary>Within 256 roundings of single precision (2⁻²⁴ each) of the largest value: sums of some hundred terms of that size.</summary>
    public static void AssertClose(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 1;
        foreach (double value in expected) largest = Math.Max(largest, Math.Abs(value));
        double tolerance = largest * 256 / (1 << 24);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{what}[{i}] is {actual[i]}, the reference {expected[i]}, tolerance {tolerance}.");
    }

    public static double[] Widen(ReadOnlySpan<float> values)
    {
        var result = new double[values.Length];
        for (int i = 0; i < values.Length; i++) result[i] = values[i];
        return result;
    }

    public static float[] Draw(RandomStream random, int length)
    {
        var values = new float[length];
        foreach (ref float value in values.AsSpan()) value = (float)random.NextNormal();
        return values;
    }

    public static float[] Poison(int length)
    {
        var values = new float[length];
        values.AsSpan().Fill(float.NaN);
        return values;
    }

    private double Weighted(double[] outputs)
    {
        double sum = 0;
        for (int i = 0; i < outputs.Length; i++) sum += outputs[i] * OutputGradient[i];
        return sum;
    }
}
