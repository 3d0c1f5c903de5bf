namespace Rubato.Compression;

/// <summary>Averages vectors over a group of workers; owns the compressor, its error memory and the choice of collective.</summary>
/// <remarks>No strategy knows a compressor, and no compressor knows a transport.</remarks>
public interface IExchange
{
    /// <summary>Replaces the vector of every member by the mean over the group. Every member calls it in the same order.</summary>
    ValueTask AverageAsync(Memory<float> vector, CancellationToken cancellation);
}
