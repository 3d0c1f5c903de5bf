using System.Runtime.InteropServices;
using Rubato.Data;

namespace Rubato.Models;

/// <summary>The largest value of each window; of equal ones the first in row order takes the gradient.</summary>
public sealed class MaxPool2d(int window) : Pool2d(window)
{
    /// <inheritdoc/>
    public override BoundLayer Bind(SampleShape input, LayoutBuilder layout) => new Bound(input, Pooled(input), Window, Stride);

    private sealed class Bound(SampleShape input, SampleShape output, int window, int stride) : BoundLayer(input, output)
    {
        // For each output the index of its maximum in the sample's plane, as an int in a float's place.
        public override int KeptLength(int samples) => samples * Output.Size;

        public override void Forward(in ForwardPass pass)
        {
            Span<int> winners = MemoryMarshal.Cast<float, int>(pass.Kept);
            int width = Input.Width, area = Input.Height * width, o = 0;
            for (int plane = 0; plane < pass.Samples * Input.Channels; plane++)
            {
                ReadOnlySpan<float> x = pass.Input.Slice(plane * area, area);
                for (int row = 0; row < Output.Height; row++)
                {
                    for (int column = 0; column < Output.Width; column++, o++)
                    {
                        int corner = row * stride * width + column * stride, best = corner;
                        float largest = x[corner];
                        for (int i = 0; i < window; i++)
                        {
                            for (int j = 0; j < window; j++)
                            {
                                int place = corner + i * width + j;
                                if (x[place] > largest) (largest, best) = (x[place], place);
                            }
                        }
                        pass.Output[o] = largest;
                        winners[o] = best;
                    }
                }
            }
        }

        public override void Backward(in BackwardPass pass)
        {
            if (pass.InputGradient.IsEmpty) return;
            pass.InputGradient.Clear();
            ReadOnlySpan<int> winners = MemoryMarshal.Cast<float, int>(pass.Kept);
            int area = Input.Height * Input.Width, pooled = Output.Height * Output.Width, o = 0;
            for (int plane = 0; plane < pass.Samples * Input.Channels; plane++)
            {
                Span<float> gradient = pass.InputGradient.Slice(plane * area, area);
                for (int i = 0; i < pooled; i++, o++) gradient[winners[o]] += pass.OutputGradient[o];
            }
        }
    }
}
