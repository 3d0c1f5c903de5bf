namespace Rubato.Models;

/// <summary>The Gaussian error linear unit in its tanh form: x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³))).</summary>
/// <remarks>Hendrycks and Gimpel, "Gaussian error linear units", 2016, arXiv:1606.08415; within 0.0005 of x·Φ(x).</remarks>
public sealed class Gelu : Activation
{
    private const float Root = 0.7978845608f;   // √(2/π)
    private const float Cubic = 0.044715f;

    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < x.Length; i++) y[i] = 0.5f * x[i] * (1 + MathF.Tanh(Root * (x[i] + Cubic * x[i] * x[i] * x[i])));
    }

    /// <inheritdoc/>
    protected override void Differentiate(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        for (int i = 0; i < x.Length; i++)
        {
            float square = x[i] * x[i], tanh = MathF.Tanh(Root * (x[i] + Cubic * x[i] * square));
            float slope = 0.5f * (1 + tanh) + 0.5f * x[i] * (1 - tanh * tanh) * Root * (1 + 3 * Cubic * square);
            inputGradient[i] = outputGradient[i] * slope;
        }
    }
}
