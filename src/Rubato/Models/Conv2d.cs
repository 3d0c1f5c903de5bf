using System.Numerics.Tensors;
using Rubato.Configuration;
using Rubato.Data;
using Rubato.Numerics;

namespace Rubato.Models;

/// <summary>A two-dimensional convolution (cross-correlation) over channels × height × width.</summary>
/// <remarks>Parameters: weight, shape [channels, input channels, kernel, kernel], and bias, shape [channels].</remarks>
public sealed class Conv2d : Layer
{
    private readonly int _channels;
    private readonly int _kernel;

    /// <summary>A convolution with so many output channels and a square kernel.</summary>
    public Conv2d(int channels, int kernel)
    {
        if (channels < 1) throw new ArgumentOutOfRangeException(nameof(channels), channels, $"A convolution has {channels} channels, but the fewest are 1.");
        if (kernel < 1) throw new ArgumentOutOfRangeException(nameof(kernel), kernel, $"A convolution's kernel is {kernel} wide, but the smallest is 1.");
        (_channels, _kernel) = (channels, kernel);
        Padding = kernel / 2;
    }

    /// <summary>Steps between two places of the kernel; at least 1, default 1.</summary>
    public int Stride
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Stride), value,
            $"A convolution's stride is {value}, but the smallest is 1.");
    } = 1;

    /// <summary>Zeros put around the image on every side; at least 0, default half the kernel, which keeps the size at stride 1.</summary>
    public int Padding
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Padding), value,
            $"A convolution's padding is {value}, but the smallest is 0.");
    }

    /// <summary>Whether there is a bias; default true. A following norm layer makes it useless.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>How the weights begin; default He.</summary>
    public WeightInitialization Initialization { get; init; } = WeightInitialization.He;

    /// <inheritdoc/>
    public override BoundLayer Bind(SampleShape input, LayoutBuilder layout)
    {
        if (input.Height + 2 * Padding < _kernel || input.Width + 2 * Padding < _kernel)
        {
            throw new InvalidRequestException(
                $"A convolution with a {_kernel}x{_kernel} kernel and padding {Padding} does not fit over a sample of shape {input} (channels x height x width). "
                + "Use images at least as large as the kernel, or a model of dense layers.");
        }
        var shape = new ConvolutionShape(input.Channels, input.Height, input.Width, _channels, _kernel, Stride, Padding);
        int area = _kernel * _kernel;
        return new Bound(input, shape,
            layout.Add("weight", [_channels, input.Channels, _kernel, _kernel], Initializers.Of(Initialization, area * input.Channels, area * _channels)),
            Bias ? layout.Add("bias", [_channels], Initializers.Constant(0)) : null);
    }

    private sealed class Bound(SampleShape input, ConvolutionShape shape, ParameterBlock weight, ParameterBlock? bias)
        : BoundLayer(input, new SampleShape(shape.OutputChannels, shape.OutputHeight, shape.OutputWidth))
    {
        private readonly int _plane = shape.OutputHeight * shape.OutputWidth;

        public override int ScratchLength(int samples) => shape.ScratchLength;

        public override void Forward(in ForwardPass pass)
        {
            Convolution.Forward(shape, pass.Samples, pass.Input, weight.In(pass.Parameters), pass.Output, pass.Scratch);
            if (bias is null) return;
            ReadOnlySpan<float> b = bias.In(pass.Parameters);
            for (int i = 0; i < pass.Samples * shape.OutputChannels; i++)
            {
                Span<float> plane = pass.Output.Slice(i * _plane, _plane);
                TensorPrimitives.Add(plane, b[i % shape.OutputChannels], plane);
            }
        }

        public override void Backward(in BackwardPass pass)
        {
            Convolution.FilterGradient(shape, pass.Samples, pass.Input, pass.OutputGradient, weight.In(pass.Gradient), pass.Scratch);
            if (bias is not null)
            {
                Span<float> sums = bias.In(pass.Gradient);
                for (int channel = 0; channel < shape.OutputChannels; channel++)
                {
                    double sum = 0;
                    for (int i = 0; i < pass.Samples; i++) sum += Sums.Sum(pass.OutputGradient.Slice((i * shape.OutputChannels + channel) * _plane, _plane));
                    sums[channel] = (float)sum;
                }
            }
            if (!pass.InputGradient.IsEmpty)
                Convolution.InputGradient(shape, pass.Samples, pass.OutputGradient, weight.In(pass.Parameters), pass.InputGradient, pass.Scratch);
        }
    }
}
