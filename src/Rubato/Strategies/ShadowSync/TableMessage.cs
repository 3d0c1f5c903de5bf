using System.Runtime.InteropServices;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.ShadowSync;

/// <summary>The values of an update after its header: the learning rate, the numbers of n rows, their gradients.</summary>
internal static class TableMessage
{
    /// <summary>How many values of four bytes an update of so many rows has.</summary>
    public static int CountOf(int rows, int width) => 1 + rows * (1 + width);

    /// <summary>How many rows an update has.</summary>
    /// <exception cref="InvalidDataException">So many values are no whole number of rows.</exception>
    public static int RowsOf(MessageHeader header, int width, int source) => (header.Count - 1) % (1 + width) == 0
        ? (header.Count - 1) / (1 + width)
        : throw new InvalidDataException($"Rank {source} sent an update of {header.Count} values, but each row has {1 + width} of them, after one for all.");

    /// <summary>The learning rate.</summary>
    public static ref float RateIn(Span<byte> values) => ref MemoryMarshal.Cast<byte, float>(values)[0];

    /// <summary>The numbers of the rows.</summary>
    public static Span<int> RowsIn(Span<byte> values, int rows) => MemoryMarshal.Cast<byte, int>(values).Slice(1, rows);

    /// <summary>The gradients, shape [rows, width].</summary>
    public static Span<float> GradientsIn(Span<byte> values, int rows) => MemoryMarshal.Cast<byte, float>(values)[(1 + rows)..];
}
