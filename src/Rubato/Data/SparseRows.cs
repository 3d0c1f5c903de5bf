namespace Rubato.Data;

/// <summary>Rows in compressed form: row i holds the entries Starts[i] … Starts[i + 1] − 1.</summary>
/// <param name="Starts">Shape [rows + 1], ascending from 0.</param>
/// <param name="Columns">Shape [entries], columns from 0.</param>
/// <param name="Values">Shape [entries].</param>
internal sealed record SparseRows(int[] Starts, int[] Columns, float[] Values)
{
    public int Count => Starts.Length - 1;

    /// <summary>Checks arrays that come from outside.</summary>
    public static SparseRows Of(int[] starts, int[] columns, float[] values)
    {
        if (starts.Length == 0 || starts[0] != 0 || starts[^1] != columns.Length || columns.Length != values.Length)
        {
            throw new ArgumentException(
                $"The row starts must run from 0 to the number of entries, which is {columns.Length} columns and {values.Length} values. Pass rows + 1 starts.", nameof(starts));
        }
        for (int row = 1; row < starts.Length; row++)
        {
            if (starts[row] < starts[row - 1])
                throw new ArgumentException($"Row {row} starts at {starts[row]}, before row {row - 1} at {starts[row - 1]}. Row starts must ascend.", nameof(starts));
        }
        return new SparseRows(starts, columns, values);
    }
}
