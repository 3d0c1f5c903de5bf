using Rubato.Data;
using Rubato.Models;

namespace Rubato.Tests.Models;

/// <summary>Layers in double precision, each written as its definition reads: the oracle of values and, by central differences, of gradients.</summary>
internal static class Reference
{
    public delegate double[] Function(double[] x, double[] parameters, int samples);

    public static double[] Dense(double[] x, int samples, int outputs, ReadOnlySpan<double> weight, ReadOnlySpan<double> bias)
    {
        int inputs = x.Length / samples;
        var y = new double[samples * outputs];
        for (int i = 0; i < samples; i++)
        {
            for (int o = 0; o < outputs; o++)
            {
                double sum = bias.IsEmpty ? 0 : bias[o];
                for (int k = 0; k < inputs; k++) sum += x[i * inputs + k] * weight[o * inputs + k];
                y[i * outputs + o] = sum;
            }
        }
        return y;
    }

    public static double[] Convolution(
        double[] x, int samples, SampleShape input, SampleShape output, int kernel, int stride, int padding,
        ReadOnlySpan<double> weight, ReadOnlySpan<double> bias)
    {
        var y = new double[samples * output.Size];
        for (int n = 0; n < samples; n++)
            for (int o = 0; o < output.Channels; o++)
                for (int r = 0; r < output.Height; r++)
                    for (int c = 0; c < output.Width; c++)
                    {
                        double sum = bias.IsEmpty ? 0 : bias[o];
                        for (int k = 0; k < input.Channels; k++)
                            for (int i = 0; i < kernel; i++)
                                for (int j = 0; j < kernel; j++)
                                {
                                    int row = r * stride + i - padding, column = c * stride + j - padding;
                                    if (row < 0 || row >= input.Height || column < 0 || column >= input.Width) continue;
                                    sum += x[At(input, n, k, row, column)] * weight[((o * input.Channels + k) * kernel + i) * kernel + j];
                                }
                        y[At(output, n, o, r, c)] = sum;
                    }
        return y;
    }

    public static double[] Pool(double[] x, int samples, SampleShape input, SampleShape output, int window, int stride, Func<IEnumerable<double>, double> reduce)
    {
        var y = new double[samples * output.Size];
        for (int n = 0; n < samples; n++)
            for (int k = 0; k < output.Channels; k++)
                for (int r = 0; r < output.Height; r++)
                    for (int c = 0; c < output.Width; c++)
                        y[At(output, n, k, r, c)] = reduce(
                            from i in Enumerable.Range(r * stride, window)
                            from j in Enumerable.Range(c * stride, window)
                            select x[At(input, n, k, i, j)]);
        return y;
    }

    /// <summary>Any normalization: elements of one group share mean and variance, and each has its own entry of scale and shift.</summary>
    public static double[] Normalize(double[] x, Func<int, int> group, Func<int, int> entry, double[] scale, double[] shift, double epsilon)
    {
        var moments = Enumerable.Range(0, x.Length).GroupBy(group).ToDictionary(
            members => members.Key,
            members =>
            {
                double mean = members.Average(i => x[i]);
                return (Mean: mean, Variance: members.Average(i => (x[i] - mean) * (x[i] - mean)));
            });
        return
        [
            .. x.Select((value, i) =>
                (value - moments[group(i)].Mean) / Math.Sqrt(moments[group(i)].Variance + epsilon) * scale[entry(i)] + shift[entry(i)]),
        ];
    }

    public static double[] Each(double[] x, Func<double, double> function) => [.. x.Select(function)];

    public static double[] Of(this ParameterBlock block, double[] parameters) => parameters[block.Offset..(block.Offset + block.Length)];

    private static int At(SampleShape shape, int sample, int channel, int row, int column) =>
        ((sample * shape.Channels + channel) * shape.Height + row) * shape.Width + column;
}
