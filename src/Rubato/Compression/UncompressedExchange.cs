using Rubato.Communication;

namespace Rubato.Compression;

/// <summary>Averages full single-precision vectors by all-reduce.</summary>
/// <remarks>Traffic: one all-reduce of d floats.</remarks>
public sealed class UncompressedExchange(ICommunicator group) : IExchange
{
    /// <inheritdoc/>
    public ValueTask AverageAsync(Memory<float> vector, CancellationToken cancellation) =>
        group.AllReduceAsync(vector, ReduceOperation.Mean, cancellation);
}
