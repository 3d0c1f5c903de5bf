using Rubato.Configuration;
using Rubato.Data;

namespace Rubato.Models;

/// <summary>A shortcut without parameters between images of different shape: takes every stride-th place and puts zero channels behind.</summary>
/// <remarks>He et al., "Deep residual learning", CVPR 2016, arXiv:1512.03385, section 3.3, option A.</remarks>
public sealed class PadShortcut : Layer
{
    private readonly int _channels;
    private readonly int _stride;

    /// <summary>To so many channels, with so many steps between two places; both at least 1.</summary>
    public PadShortcut(int channels, int stride)
    {
        if (channels < 1) throw new ArgumentOutOfRangeException(nameof(channels), channels, $"A shortcut has {channels} channels, but the fewest are 1.");
        if (stride < 1) throw new ArgumentOutOfRangeException(nameof(stride), stride, $"A shortcut's stride is {stride}, but the smallest is 1.");
        (_channels, _stride) = (channels, stride);
    }

    /// <inheritdoc/>
    public override BoundLayer Bind(SampleShape input, LayoutBuilder layout)
    {
        if (_channels < input.Channels)
            throw new InvalidRequestException($"A padding shortcut cannot go from {input.Channels} channels to {_channels}. Use a 1x1 convolution instead.");
        return new Bound(input, new SampleShape(_channels, (input.Height - 1) / _stride + 1, (input.Width - 1) / _stride + 1), _stride);
    }

    private sealed class Bound(SampleShape input, SampleShape output, int stride) : BoundLayer(input, output)
    {
        public override void Forward(in ForwardPass pass)
        {
            pass.Output.Clear();
            for (int plane = 0; plane < pass.Samples * Input.Channels; plane++)
                for (int row = 0; row < Output.Height; row++)
                    for (int column = 0; column < Output.Width; column++)
                        pass.Output[OutputStart(plane) + row * Output.Width + column] = pass.Input[InputIndex(plane, row, column)];
        }

        public override void Backward(in BackwardPass pass)
        {
            if (pass.InputGradient.IsEmpty) return;
            pass.InputGradient.Clear();
            for (int plane = 0; plane < pass.Samples * Input.Channels; plane++)
                for (int row = 0; row < Output.Height; row++)
                    for (int column = 0; column < Output.Width; column++)
                        pass.InputGradient[InputIndex(plane, row, column)] = pass.OutputGradient[OutputStart(plane) + row * Output.Width + column];
        }

        private int InputIndex(int plane, int row, int column) => (plane * Input.Height + row * stride) * Input.Width + column * stride;

        // A plane is counted over samples and input channels; the output has more channels a sample.
        private int OutputStart(int plane) =>
            (plane / Input.Channels * Output.Channels + plane % Input.Channels) * Output.Height * Output.Width;
    }
}
