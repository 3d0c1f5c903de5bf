using System.Buffers;

namespace Rubato.Models;

/// <summary>Which rows of an embedding table a batch names.</summary>
internal static class TouchedRows
{
    /// <summary>Tells an observer of them, ascending and without repetition; −1 names none.</summary>
    public static void Report(IGradientObserver observer, ParameterBlock table, ReadOnlySpan<int> categories)
    {
        int[] touched = ArrayPool<int>.Shared.Rent(categories.Length);
        observer.SparseRows(table, touched.AsSpan(0, Find(categories, touched)));
        ArrayPool<int>.Shared.Return(touched);
    }

    /// <summary>Writes them to the start of a buffer as long as the categories, ascending and without repetition; returns how many there are.</summary>
    public static int Find(ReadOnlySpan<int> categories, Span<int> buffer)
    {
        Span<int> touched = buffer[..categories.Length];
        categories.CopyTo(touched);
        touched.Sort();
        int count = 0;
        foreach (int row in touched)
            if (row != -1 && (count == 0 || touched[count - 1] != row)) touched[count++] = row;
        return count;
    }

    /// <summary>Requires that a sample's row is in the table.</summary>
    public static void Require(int row, int rows, int sample)
    {
        if ((uint)row >= (uint)rows)
            throw new ArgumentException($"Sample {sample} of the batch names row {row}, but the embedding table has {rows} rows, 0 to {rows - 1} (-1 for none). Build the model for this data's categories.");
    }
}
