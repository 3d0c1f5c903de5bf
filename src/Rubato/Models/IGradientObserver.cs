namespace Rubato.Models;

/// <summary>Receives compact forms of a gradient beside the dense one.</summary>
/// <remarks>The spans are valid during the call only.</remarks>
public interface IGradientObserver
{
    /// <summary>
    /// A dense layer's weight gradient as factors: Gᵀ·X, with <paramref name="outputGradients"/> G of shape [samples, outputs]
    /// (already divided by the number of samples) and <paramref name="inputs"/> X of shape [samples, inputs].
    /// </summary>
    void Factors(ParameterBlock weight, int samples, ReadOnlySpan<float> outputGradients, ReadOnlySpan<float> inputs);

    /// <summary>The rows of an embedding table that the batch touched, ascending and without repetition; all other rows' gradient is zero.</summary>
    void SparseRows(ParameterBlock table, ReadOnlySpan<int> rows);
}
