using System.Numerics.Tensors;

namespace Rubato.Models;

/// <summary>1 / (1 + e^−x).</summary>
public sealed class Sigmoid : Activation
{
    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Sigmoid(x, y);

    /// <inheritdoc/>
    protected override void Differentiate(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        for (int i = 0; i < y.Length; i++) inputGradient[i] = outputGradient[i] * y[i] * (1 - y[i]);
    }
}
