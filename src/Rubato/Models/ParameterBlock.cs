namespace Rubato.Models;

/// <summary>A named stretch of the flat parameter vector: one layer's weight matrix, bias, embedding table or running statistic.</summary>
/// <param name="Name">Unique in the layout, for example <c>2.dense.weight</c>.</param>
/// <param name="Offset">The index of its first element.</param>
/// <param name="Shape">Its dimensions, row-major.</param>
/// <param name="IsStatistic">
/// True for running statistics. Their "gradient" is the running value minus the batch's value, so that averaging gradients averages
/// statistics too; an optimizer moves them by a fixed rate and never applies momentum, weight decay or the learning rate.
/// </param>
/// <param name="IsTable">True for embedding tables, shape [rows, width]: only the rows that a batch's categories name are read, and only those have a gradient.</param>
public sealed record ParameterBlock(string Name, int Offset, IReadOnlyList<int> Shape, bool IsStatistic = false, bool IsTable = false)
{
    /// <summary>The number of elements.</summary>
    public int Length { get; } = Shape.Aggregate(1, (product, extent) => checked(product * extent));

    /// <summary>This block's stretch of a parameter or gradient vector.</summary>
    public Span<float> In(Span<float> vector) => vector.Slice(Offset, Length);

    /// <summary>This block's stretch of a parameter or gradient vector.</summary>
    public ReadOnlySpan<float> In(ReadOnlySpan<float> vector) => vector.Slice(Offset, Length);
}
