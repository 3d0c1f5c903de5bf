using System.Numerics.Tensors;

namespace Rubato.Models;

/// <summary>The hyperbolic tangent.</summary>
public sealed class Tanh : Activation
{
    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Tanh(x, y);

    /// <inheritdoc/>
    protected override void Differentiate(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        for (int i = 0; i < y.Length; i++) inputGradient[i] = outputGradient[i] * (1 - y[i] * y[i]);
    }
}
