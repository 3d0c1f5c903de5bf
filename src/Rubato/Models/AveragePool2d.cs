using Rubato.Data;

namespace Rubato.Models;

/// <summary>The mean of each window.</summary>
public sealed class AveragePool2d(int window) : Pool2d(window)
{
    /// <inheritdoc/>
    public override BoundLayer Bind(SampleShape input, LayoutBuilder layout) => new Bound(input, Pooled(input), Window, Stride);

    private sealed class Bound(SampleShape input, SampleShape output, int window, int stride) : BoundLayer(input, output)
    {
        private readonly float _share = 1f / (window * window);

        public override void Forward(in ForwardPass pass)
        {
            int width = Input.Width, area = Input.Height * width, o = 0;
            for (int plane = 0; plane < pass.Samples * Input.Channels; plane++)
            {
                ReadOnlySpan<float> x = pass.Input.Slice(plane * area, area);
                for (int row = 0; row < Output.Height; row++)
                {
                    for (int column = 0; column < Output.Width; column++, o++)
                    {
                        int corner = row * stride * width + column * stride;
                        float sum = 0;
                        for (int i = 0; i < window; i++)
                            foreach (float value in x.Slice(corner + i * width, window)) sum += value;
                        pass.Output[o] = sum * _share;
                    }
                }
            }
        }

        public override void Backward(in BackwardPass pass)
        {
            if (pass.InputGradient.IsEmpty) return;
            pass.InputGradient.Clear();
            int width = Input.Width, area = Input.Height * width, o = 0;
            for (int plane = 0; plane < pass.Samples * Input.Channels; plane++)
            {
                Span<float> gradient = pass.InputGradient.Slice(plane * area, area);
                for (int row = 0; row < Output.Height; row++)
                {
                    for (int column = 0; column < Output.Width; column++, o++)
                    {
                        int corner = row * stride * width + column * stride;
                        float share = pass.OutputGradient[o] * _share;
                        for (int i = 0; i < window; i++)
                            foreach (ref float value in gradient.Slice(corner + i * width, window)) value += share;
                    }
                }
            }
        }
    }
}
