using System.Numerics.Tensors;
using Rubato.Data;

namespace Rubato.Models;

/// <summary>Normalizes each sample over all its features, then scales and shifts each feature.</summary>
/// <remarks>Ba, Kiros and Hinton, "Layer normalization", 2016, arXiv:1607.06450. Parameters: scale and shift, shape [features].</remarks>
public sealed class LayerNorm : Layer
{
    /// <summary>Added to the variance; above 0, default 1e-5.</summary>
    public float Epsilon
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Epsilon), value,
            $"The epsilon of a layer norm is {value}, but it must be above 0. Use 1e-5.");
    } = 1e-5f;

    /// <inheritdoc/>
    public override BoundLayer Bind(SampleShape input, LayoutBuilder layout) => new Bound(
        input, Epsilon,
        layout.Add("scale", [input.Size], Initializers.Constant(1)),
        layout.Add("shift", [input.Size], Initializers.Constant(0)));

    private sealed class Bound(SampleShape input, float epsilon, ParameterBlock scale, ParameterBlock shift) : BoundLayer(input, input)
    {
        // Mean and 1/σ of each sample.
        public override int KeptLength(int samples) => 2 * samples;

        // One sample's features.
        public override int ScratchLength(int samples) => Input.Size;

        public override void Forward(in ForwardPass pass)
        {
            int length = Input.Size;
            for (int i = 0; i < pass.Samples; i++)
            {
                ReadOnlySpan<float> x = pass.Input.Slice(i * length, length);
                Span<float> y = pass.Output.Slice(i * length, length);
                double mean = (float)(Sums.Sum(x) / length);
                float inverse = (float)(1 / Math.Sqrt(Sums.SquaredDeviations(x, mean) / length + epsilon));
                (pass.Kept[2 * i], pass.Kept[2 * i + 1]) = ((float)mean, inverse);
                Affine.Map(inverse, x, (float)mean, 0, y);
                TensorPrimitives.Multiply(y, scale.In(pass.Parameters), y);
                TensorPrimitives.Add(y, shift.In(pass.Parameters), y);
            }
        }

        public override void Backward(in BackwardPass pass)
        {
            int length = Input.Size;
            Span<float> scaleGradient = scale.In(pass.Gradient), shiftGradient = shift.In(pass.Gradient), product = pass.Scratch[..length];
            scaleGradient.Clear();
            shiftGradient.Clear();
            for (int i = 0; i < pass.Samples; i++)
            {
                ReadOnlySpan<float> x = pass.Input.Slice(i * length, length), g = pass.OutputGradient.Slice(i * length, length);
                float mean = pass.Kept[2 * i], inverse = pass.Kept[2 * i + 1];
                Affine.Map(inverse, x, mean, 0, product);
                TensorPrimitives.Multiply(product, g, product);
                TensorPrimitives.Add(scaleGradient, product, scaleGradient);
                TensorPrimitives.Add(shiftGradient, g, shiftGradient);
                if (pass.InputGradient.IsEmpty) continue;

                // dx = 1/σ · (γg − mean(γg) − x̂·mean(γg·x̂)), as a combination of γg, x − mean and 1.
                Span<float> result = pass.InputGradient.Slice(i * length, length);
                TensorPrimitives.Multiply(g, scale.In(pass.Parameters), result);
                double sum = Sums.Sum(result), dotNormal = (Sums.Dot(result, x) - mean * sum) * inverse;
                double b = -(double)inverse * inverse * dotNormal / length, rest = -inverse * sum / length;
                Affine.Map(inverse, result, (float)b, x, mean, (float)rest, result);
            }
        }
    }
}
