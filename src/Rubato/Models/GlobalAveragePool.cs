using Rubato.Data;

namespace Rubato.Models;

/// <summary>The mean of each channel: what is left of an image is one number a channel.</summary>
public sealed class GlobalAveragePool : Layer
{
    /// <inheritdoc/>
    public override BoundLayer Bind(SampleShape input, LayoutBuilder layout) => new Bound(input);

    private sealed class Bound(SampleShape input) : BoundLayer(input, new SampleShape(input.Channels))
    {
        private readonly int _area = input.Height * input.Width;

        public override void Forward(in ForwardPass pass)
        {
            for (int plane = 0; plane < pass.Samples * Input.Channels; plane++)
                pass.Output[plane] = (float)(Sums.Sum(pass.Input.Slice(plane * _area, _area)) / _area);
        }

        public override void Backward(in BackwardPass pass)
        {
            if (pass.InputGradient.IsEmpty) return;
            for (int plane = 0; plane < pass.Samples * Input.Channels; plane++)
                pass.InputGradient.Slice(plane * _area, _area).Fill(pass.OutputGradient[plane] / _area);
        }
    }
}
