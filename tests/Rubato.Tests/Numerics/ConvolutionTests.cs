using Rubato.Numerics;

namespace Rubato.Tests.Numerics;

public sealed class ConvolutionTests
{
    public static TheoryData<int, int, int> Geometries
    {
        get
        {
            var data = new TheoryData<int, int, int>();
            foreach (int kernel in new[] { 1, 2, 3, 5 })
                foreach (int stride in new[] { 1, 2, 3 })
                    foreach (int padding in new[] { 0, 1, 2 }) data.Add(kernel, stride, padding);
            return data;
        }
    }

    // Channels in, rows, columns, channels out, samples: smallest, non-square, prime, wider than a vector.
    private static readonly (int In, int Height, int Width, int Out, int Samples)[] Extents =
    [
        (1, 1, 1, 1, 1), (1, 5, 5, 1, 0), (1, 7, 5, 3, 1), (3, 5, 7, 2, 3), (2, 6, 19, 17, 3), (5, 13, 8, 4, 1), (1, 2, 33, 2, 3),
    ];

    private static IEnumerable<(ConvolutionShape Shape, int Samples)> Shapes(int kernel, int stride, int padding) =>
        Extents.Where(e => kernel <= Math.Min(e.Height, e.Width) + 2 * padding)
            .Select(e => (new ConvolutionShape(e.In, e.Height, e.Width, e.Out, kernel, stride, padding), e.Samples));

    [Theory, MemberData(nameof(Geometries))]
    public void Forward_agrees_with_the_oracle(int kernel, int stride, int padding)
    {
        foreach ((ConvolutionShape s, int samples) in Shapes(kernel, stride, padding))
        {
            (float[] input, float[] filter, _) = Draw(s, samples);
            float[] output = Spoilt(samples * s.OutputLength), scratch = Spoilt(s.ScratchLength);
            var expected = new double[output.Length];
            Visit(s, samples, (i, f, o) => expected[o] += (double)input[i] * filter[f]);

            Convolution.Forward(s, samples, input, filter, output, scratch);

            GemmOracle.AssertClose(Singles(expected), output, 1e-5, s.ToString());
        }
    }

    [Theory, MemberData(nameof(Geometries))]
    public void Input_gradient_agrees_with_the_oracle(int kernel, int stride, int padding)
    {
        foreach ((ConvolutionShape s, int samples) in Shapes(kernel, stride, padding))
        {
            (_, float[] filter, float[] outputGradient) = Draw(s, samples);
            float[] gradient = Spoilt(samples * s.InputLength), scratch = Spoilt(s.ScratchLength);
            var expected = new double[gradient.Length];
            Visit(s, samples, (i, f, o) => expected[i] += (double)filter[f] * outputGradient[o]);

            Convolution.InputGradient(s, samples, outputGradient, filter, gradient, scratch);

            GemmOracle.AssertClose(Singles(expected), gradient, 1e-4, s.ToString());
        }
    }

    [Theory, MemberData(nameof(Geometries))]
    public void Filter_gradient_agrees_with_the_oracle(int kernel, int stride, int padding)
    {
        foreach ((ConvolutionShape s, int samples) in Shapes(kernel, stride, padding))
        {
            (float[] input, _, float[] outputGradient) = Draw(s, samples);
            float[] gradient = Spoilt(s.FilterLength), scratch = Spoilt(s.ScratchLength);
            var expected = new double[gradient.Length];
            Visit(s, samples, (i, f, o) => expected[f] += (double)input[i] * outputGradient[o]);

            Convolution.FilterGradient(s, samples, input, outputGradient, gradient, scratch);

            GemmOracle.AssertClose(Singles(expected), gradient, 1e-4, s.ToString());
        }
    }

    [Fact]
    public void A_sample_has_the_same_bits_alone_as_in_a_batch()
    {
        var s = new ConvolutionShape(3, 9, 11, 5, 3, 1, 1);
        (float[] input, float[] filter, float[] outputGradient) = Draw(s, 4);
        float[] scratch = Spoilt(s.ScratchLength), all = new float[4 * s.OutputLength], one = new float[s.OutputLength];
        float[] allGradients = new float[4 * s.InputLength], oneGradient = new float[s.InputLength];
        Convolution.Forward(s, 4, input, filter, all, scratch);
        Convolution.InputGradient(s, 4, outputGradient, filter, allGradients, scratch);
        for (int i = 0; i < 4; i++)
        {
            Convolution.Forward(s, 1, input.AsSpan(i * s.InputLength), filter, one, scratch);
            Convolution.InputGradient(s, 1, outputGradient.AsSpan(i * s.OutputLength), filter, oneGradient, scratch);
            Assert.Equal(all[(i * s.OutputLength)..((i + 1) * s.OutputLength)], one);
            Assert.Equal(allGradients[(i * s.InputLength)..((i + 1) * s.InputLength)], oneGradient);
        }
    }

    [Fact]
    public void A_warm_convolution_allocates_nothing()
    {
        var s = new ConvolutionShape(4, 12, 12, 8, 3, 1, 1);
        (float[] input, float[] filter, float[] outputGradient) = Draw(s, 2);
        float[] scratch = new float[s.ScratchLength], output = new float[2 * s.OutputLength], gradient = new float[2 * s.InputLength];
        long before = 0;
        for (int turn = 0; turn < 2; turn++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            Convolution.Forward(s, 2, input, filter, output, scratch);
            Convolution.InputGradient(s, 2, outputGradient, filter, gradient, scratch);
            Convolution.FilterGradient(s, 2, input, outputGradient, filter, scratch);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Impossible_shapes_and_short_spans_are_refused()
    {
        float[] much = new float[1000];
        var tooLarge = Assert.Throws<ArgumentException>(() => Convolution.Forward(new(1, 4, 4, 1, 7, 1, 1), 1, much, much, much, much));
        Assert.Contains("kernel of at most 6", tooLarge.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Convolution.Forward(new(1, 4, 4, 1, 3, 0, 1), 1, much, much, much, much));
        Assert.Throws<ArgumentException>(() => Convolution.Forward(new(0, 4, 4, 1, 3, 1, 1), 1, much, much, much, much));
        var s = new ConvolutionShape(1, 4, 4, 1, 3, 1, 1);
        var shortScratch = Assert.Throws<ArgumentException>(() => Convolution.Forward(s, 1, much, much, much, much.AsSpan(0, s.ScratchLength - 1)));
        Assert.Contains("scratch", shortScratch.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Convolution.Forward(s, 63, much, much, much, much));
    }

    // The definition: every (input, filter, output) element triple that multiplies.
    private static void Visit(ConvolutionShape s, int samples, Action<int, int, int> triple)
    {
        for (int n = 0; n < samples; n++)
            for (int oc = 0; oc < s.OutputChannels; oc++)
                for (int oy = 0; oy < s.OutputHeight; oy++)
                    for (int ox = 0; ox < s.OutputWidth; ox++)
                        for (int ic = 0; ic < s.InputChannels; ic++)
                            for (int ky = 0; ky < s.Kernel; ky++)
                                for (int kx = 0; kx < s.Kernel; kx++)
                                {
                                    int y = oy * s.Stride + ky - s.Padding, x = ox * s.Stride + kx - s.Padding;
                                    if (y < 0 || y >= s.Height || x < 0 || x >= s.Width) continue;
                                    triple(
                                        n * s.InputLength + (ic * s.Height + y) * s.Width + x,
                                        ((oc * s.InputChannels + ic) * s.Kernel + ky) * s.Kernel + kx,
                                        n * s.OutputLength + (oc * s.OutputHeight + oy) * s.OutputWidth + ox);
                                }
    }

    private static (float[] Input, float[] Filter, float[] OutputGradient) Draw(ConvolutionShape s, int samples)
    {
        var random = RandomStream.Create(7, "convolution");
        return (GemmOracle.Draw(random, samples * s.InputLength), GemmOracle.Draw(random, s.FilterLength),
            GemmOracle.Draw(random, samples * s.OutputLength));
    }

    private static float[] Spoilt(int length)
    {
        var values = new float[length];
        Array.Fill(values, float.NaN);
        return values;
    }

    private static float[] Singles(double[] values) => Array.ConvertAll(values, value => (float)value);
}
