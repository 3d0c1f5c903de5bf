using System.Buffers;

namespace Rubato.Models;

/// <summary>Which rows of an embedding table a batch names.</summary>
internal static class TouchedRows
{
    /// <summary>Tells an observer of them, ascending and without repetition; −1 names none.</summary>
    public static void Report(IGradientObserver observer, ParameterBlock table, ReadOnlySpan<int> categories)
    {
        int[] sorted = ArrayPool<int>.Shared.Rent(categories.Length);
        Span<int> touched = sorted.AsSpan(0, categories.Length);
        categories.CopyTo(touched);
        touched.Sort();
        int count = 0;
        foreach (int row in touched)
            if (row != -1 && (count == 0 || touched[count - 1] != row)) touched[count++] = row;
        observer.SparseRows(table, touched[..count]);
        ArrayPool<int>.Shared.Return(sorted);
    }

    /// <summary>Requires that a sample's row is in the table.</summary>
    public static void Require(int row, int rows, int sample)
    {
        if ((uint)row >= (uint)rows)
            throw new ArgumentException($"Sample {sample} of the batch names row {row}, but the embedding table has {rows} rows, 0 to {rows - 1} (-1 for none). Build the model for this data's categories.");
    }
}
