using Rubato.Configuration;
using Rubato.Data;
using Rubato.Models;
using Rubato.Numerics;

namespace Rubato.Tests.Models;

public sealed class LayerTests
{
    public static TheoryData<int> BatchSizes => [1, 2, 5];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 13)]
    [InlineData(2, 5)]
    [InlineData(7, 1)]
    [InlineData(17, 13)]
    public void Dense_agrees_with_its_definition(int samples, int outputs)
    {
        var probe = new LayerProbe(new Dense(outputs), new SampleShape(3, 2, 2), samples);
        Assert.Equal(new SampleShape(outputs), probe.Bound.Output);
        probe.AssertAgrees((x, p, n) => Reference.Dense(x, n, outputs, probe.Layout.Blocks[0].Of(p), probe.Layout.Blocks[1].Of(p)));
    }

    [Fact]
    public void Dense_without_bias_agrees_with_its_definition() =>
        new LayerProbe(new Dense(3) { Bias = false }, new SampleShape(11), 5).AssertAgrees((x, p, n) => Reference.Dense(x, n, 3, p, []));

    [Theory]
    [InlineData(1, 1, 5, 5, 1, 3, 1, 1, true)]
    [InlineData(2, 3, 5, 7, 2, 3, 1, 1, true)]
    [InlineData(3, 2, 7, 5, 5, 3, 2, 1, false)]
    [InlineData(2, 3, 4, 4, 2, 1, 2, 0, false)]
    [InlineData(1, 2, 6, 6, 3, 5, 1, 0, true)]
    public void Conv2d_agrees_with_its_definition(
        int samples, int channels, int height, int width, int filters, int kernel, int stride, int padding, bool bias)
    {
        var shape = new SampleShape(channels, height, width);
        var probe = new LayerProbe(new Conv2d(filters, kernel) { Stride = stride, Padding = padding, Bias = bias }, shape, samples);
        probe.AssertAgrees((x, p, n) => Reference.Convolution(
            x, n, shape, probe.Bound.Output, kernel, stride, padding, probe.Layout.Blocks[0].Of(p), bias ? probe.Layout.Blocks[1].Of(p) : []));
    }

    [Theory]
    [InlineData(1, 1, 4, 4, 2, 2)]
    [InlineData(3, 2, 7, 5, 2, 2)]
    [InlineData(2, 3, 7, 7, 3, 2)]
    [InlineData(2, 1, 5, 6, 1, 1)]
    public void Pooling_agrees_with_its_definition(int samples, int channels, int height, int width, int window, int stride)
    {
        var shape = new SampleShape(channels, height, width);
        var max = new LayerProbe(new MaxPool2d(window) { Stride = stride }, shape, samples);
        max.AssertAgrees((x, _, n) => Reference.Pool(x, n, shape, max.Bound.Output, window, stride, Enumerable.Max));
        var average = new LayerProbe(new AveragePool2d(window) { Stride = stride }, shape, samples);
        average.AssertAgrees((x, _, n) => Reference.Pool(x, n, shape, average.Bound.Output, window, stride, Enumerable.Average));
    }

    [Theory, MemberData(nameof(BatchSizes))]
    public void Global_average_pooling_leaves_the_mean_of_each_channel(int samples)
    {
        var probe = new LayerProbe(new GlobalAveragePool(), new SampleShape(3, 5, 7), samples);
        Assert.Equal(new SampleShape(3), probe.Bound.Output);
        probe.AssertAgrees((x, _, _) => [.. x.Chunk(35).Select(Enumerable.Average)]);
    }

    [Theory]
    [InlineData(2, 3, 1, 1)]
    [InlineData(5, 3, 1, 1)]
    [InlineData(1, 2, 3, 5)]
    [InlineData(3, 5, 4, 3)]
    public void Batch_norm_agrees_with_its_definition_and_reports_its_statistics(int samples, int channels, int height, int width)
    {
        int area = height * width;
        var probe = new LayerProbe(new BatchNorm(), new SampleShape(channels, height, width), samples);
        IReadOnlyList<ParameterBlock> blocks = probe.Layout.Blocks;
        int Channel(int i) => i / area % channels;
        probe.AssertAgrees((x, p, _) => Reference.Normalize(x, Channel, Channel, blocks[0].Of(p), blocks[1].Of(p), 1e-5));

        Assert.Equal([false, false, true, true], blocks.Select(block => block.IsStatistic));
        double[] x = LayerProbe.Widen(probe.Input);
        for (int c = 0; c < channels; c++)
        {
            double[] values = [.. x.Where((_, i) => Channel(i) == c)];
            double mean = values.Average(), variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
            Assert.Equal(blocks[2].In(probe.Parameters)[c] - mean, blocks[2].In(probe.Gradient)[c], 1e-5);
            Assert.Equal(blocks[3].In(probe.Parameters)[c] - variance, blocks[3].In(probe.Gradient)[c], 1e-5);
        }
    }

    [Fact]
    public void Batch_norm_evaluates_with_its_running_statistics()
    {
        var layout = new LayoutBuilder();
        BoundLayer norm = new BatchNorm().Bind(new SampleShape(2), layout);
        // Scale, shift, running mean, running variance, two channels each.
        float[] parameters = [2, 3, 0.5f, -1, 10, 20, 4, 9], output = new float[4];
        norm.Forward(new ForwardPass { Samples = 2, Parameters = parameters, Input = [12, 23, 8, 20], Output = output });
        LayerProbe.AssertClose([2 * 2 / Math.Sqrt(4 + 1e-5) + 0.5, 3 * 3 / Math.Sqrt(9 + 1e-5) - 1, 2 * -2 / Math.Sqrt(4 + 1e-5) + 0.5, -1], output, "output");
    }

    [Theory]
    [InlineData(1, 1, 2, 3, 3)]
    [InlineData(2, 2, 4, 3, 5)]
    [InlineData(3, 3, 6, 1, 3)]
    [InlineData(5, 1, 7, 1, 1)]
    public void Group_norm_agrees_with_its_definition(int samples, int groups, int channels, int height, int width)
    {
        int area = height * width;
        var probe = new LayerProbe(new GroupNorm(groups), new SampleShape(channels, height, width), samples);
        probe.AssertAgrees((x, p, _) => Reference.Normalize(
            x, i => i / (channels / groups * area), i => i / area % channels, probe.Layout.Blocks[0].Of(p), probe.Layout.Blocks[1].Of(p), 1e-5));
    }

    [Theory, MemberData(nameof(BatchSizes))]
    public void Layer_norm_agrees_with_its_definition(int samples)
    {
        var probe = new LayerProbe(new LayerNorm(), new SampleShape(3, 2, 3), samples);
        probe.AssertAgrees((x, p, _) => Reference.Normalize(x, i => i / 18, i => i % 18, probe.Layout.Blocks[0].Of(p), probe.Layout.Blocks[1].Of(p), 1e-5));
    }

    [Theory, MemberData(nameof(BatchSizes))]
    public void Activations_agree_with_their_definitions(int samples)
    {
        var shape = new SampleShape(19);
        new LayerProbe(new Relu(), shape, samples).AssertAgrees((x, _, _) => Reference.Each(x, value => Math.Max(value, 0)));
        new LayerProbe(new Tanh(), shape, samples).AssertAgrees((x, _, _) => Reference.Each(x, Math.Tanh));
        new LayerProbe(new Sigmoid(), shape, samples).AssertAgrees((x, _, _) => Reference.Each(x, value => 1 / (1 + Math.Exp(-value))));
        new LayerProbe(new Gelu(), shape, samples).AssertAgrees((x, _, _) => Reference.Each(
            x, value => value / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (value + 0.044715 * value * value * value)))));
    }

    [Fact]
    public void Dropout_lets_through_what_its_stream_says_and_everything_when_evaluating()
    {
        const float rate = 0.3f;
        var probe = new LayerProbe(new Dropout(rate), new SampleShape(101), 7);
        var replay = RandomStream.Create(8, "layer probe");
        double[] mask = [.. Enumerable.Range(0, 707).Select(_ => replay.NextSingle() < rate ? 0 : 1 / (1 - (double)rate))];
        Assert.InRange(mask.Count(factor => factor == 0) / 707.0, 0.2, 0.4);
        probe.AssertAgrees((x, _, _) => [.. x.Select((value, i) => value * mask[i])]);

        var evaluated = new LayerProbe(new Dropout(rate), new SampleShape(101), 7, training: false);
        Assert.Equal(evaluated.Input, evaluated.Output);
    }

    [Theory]
    [InlineData(EmbeddingReduction.Sum, 0)]
    [InlineData(EmbeddingReduction.Mean, 0)]
    [InlineData(EmbeddingReduction.Sum, 5)]
    [InlineData(EmbeddingReduction.Mean, 5)]
    public void Embedding_bag_agrees_with_its_definition(EmbeddingReduction reduction, int features)
    {
        const int rows = 7, width = 3;
        int[] categories = [6, 0, -1, 2, 2, 0, -1, -1, -1];   // a repeated row and an empty bag
        var probe = new LayerProbe(new EmbeddingBag(rows, width) { Reduction = reduction }, new SampleShape(features), 3, categories);
        probe.AssertAgrees((x, p, n) =>
        [
            .. Enumerable.Range(0, n).SelectMany(i =>
            {
                int[] bag = [.. categories[(3 * i)..(3 * i + 3)].Where(row => row >= 0)];
                double factor = reduction == EmbeddingReduction.Sum ? 1 : 1.0 / Math.Max(1, bag.Length);
                return x[(i * features)..((i + 1) * features)].Concat(
                    Enumerable.Range(0, width).Select(j => factor * bag.Sum(row => p[row * width + j])));
            }),
        ]);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 2)]
    [InlineData(1, 9)]
    public void Field_embedding_agrees_with_its_definition(int features, int width)
    {
        const int rows = 7, fields = 3;
        int[] categories = [6, 0, -1, 2, 2, 0, -1, -1, -1];   // a repeated row and a sample without any
        var probe = new LayerProbe(new FieldEmbedding(fields, rows, width), new SampleShape(features), 3, categories);
        probe.AssertAgrees((x, p, n) =>
        [
            .. Enumerable.Range(0, n).SelectMany(i => x[(i * features)..((i + 1) * features)].Concat(
                categories[(fields * i)..(fields * i + fields)].SelectMany(row => Enumerable.Range(0, width).Select(j => row < 0 ? 0 : p[row * width + j])))),
        ]);
    }

    [Theory, MemberData(nameof(BatchSizes))]
    public void Residual_adds_its_input_or_its_shortcut(int samples)
    {
        var plain = new LayerProbe(new Residual(new Dense(6), new Tanh(), new Dense(5), new Sigmoid()), new SampleShape(5), samples);
        plain.AssertAgrees((x, p, n) =>
        {
            double[] hidden = Reference.Each(Reference.Dense(x, n, 6, plain.Layout.Blocks[0].Of(p), plain.Layout.Blocks[1].Of(p)), Math.Tanh);
            double[] inner = Reference.Each(
                Reference.Dense(hidden, n, 5, plain.Layout.Blocks[2].Of(p), plain.Layout.Blocks[3].Of(p)), value => 1 / (1 + Math.Exp(-value)));
            return [.. inner.Zip(x, (a, b) => a + b)];
        });

        var projected = new LayerProbe(new Residual(new Dense(3), new Tanh()) { Shortcut = new Dense(3) { Bias = false } }, new SampleShape(5), samples);
        projected.AssertAgrees((x, p, n) =>
        {
            double[] inner = Reference.Each(Reference.Dense(x, n, 3, projected.Layout.Blocks[0].Of(p), projected.Layout.Blocks[1].Of(p)), Math.Tanh);
            return [.. inner.Zip(Reference.Dense(x, n, 3, projected.Layout.Blocks[2].Of(p), []), (a, b) => a + b)];
        });
    }

    [Theory]
    [InlineData(4, 4, 2)]
    [InlineData(5, 7, 2)]
    [InlineData(5, 7, 3)]
    public void Pad_shortcut_takes_every_stride_th_place_and_adds_zero_channels(int height, int width, int stride)
    {
        var shape = new SampleShape(2, height, width);
        var probe = new LayerProbe(new PadShortcut(5, stride), shape, 3);
        probe.AssertAgrees((x, _, n) =>
        {
            // The same as a pointwise convolution with the identity on the first channels.
            double[] weight = [.. Enumerable.Range(0, 10).Select(i => i / 2 == i % 2 ? 1.0 : 0)];
            return Reference.Convolution(x, n, shape, probe.Bound.Output, 1, stride, 0, weight, []);
        });
    }

    [Fact]
    public void A_layer_that_does_not_fit_is_refused()
    {
        var layout = new LayoutBuilder();
        Assert.Throws<InvalidRequestException>(() => new Conv2d(3, 5) { Padding = 1 }.Bind(new SampleShape(64), layout));
        Assert.Throws<InvalidRequestException>(() => new MaxPool2d(3).Bind(new SampleShape(1, 2, 2), layout));
        Assert.Throws<InvalidRequestException>(() => new GroupNorm(4).Bind(new SampleShape(6), layout));
        Assert.Throws<InvalidRequestException>(() => new Residual(new Dense(3)).Bind(new SampleShape(4), layout));
        Assert.Throws<InvalidRequestException>(() => new PadShortcut(2, 1).Bind(new SampleShape(3, 2, 2), layout));
    }

    [Fact]
    public void A_category_outside_the_table_is_named()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new LayerProbe(new EmbeddingBag(4, 2), new SampleShape(0), 2, [3, 4]));
        Assert.Contains("row 4", refusal.Message);
        Assert.Contains("Sample 1", refusal.Message);

        refusal = Assert.Throws<ArgumentException>(() => new LayerProbe(new FieldEmbedding(1, 4, 2), new SampleShape(0), 2, [3, -2]));
        Assert.Contains("row -2", refusal.Message);
        refusal = Assert.Throws<ArgumentException>(() => new LayerProbe(new FieldEmbedding(2, 4, 2), new SampleShape(0), 2, [3, 1]));
        Assert.Contains("2 categories for 2 samples", refusal.Message);
    }
}
