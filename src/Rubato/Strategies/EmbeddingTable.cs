namespace Rubato.Strategies;

/// <summary>The embedding table at the start of a parameter vector: row r is its elements <c>r · Width</c> to <c>(r + 1) · Width − 1</c>.</summary>
/// <param name="Rows">The number of rows; 0 where the model has no table.</param>
/// <param name="Width">The elements of a row.</param>
public readonly record struct EmbeddingTable(int Rows, int Width)
{
    /// <summary>The elements of the table; what lies behind them is the model's dense part.</summary>
    public int Length => Rows * Width;
}
