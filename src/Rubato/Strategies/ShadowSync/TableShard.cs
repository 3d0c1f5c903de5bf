using Rubato.Numerics;
using Rubato.Optimizers;

namespace Rubato.Strategies.ShadowSync;

/// <summary>One server's rows of the embedding table, with the optimizer's sums beside them. Arithmetic only.</summary>
/// <remarks>State: the rows, the optimizer's own and the number of updates.</remarks>
/// <param name="initial">The rows' initial parameters; copied.</param>
/// <param name="firstRow">The table's number of the first of them.</param>
/// <param name="width">The elements of a row.</param>
/// <param name="optimizer">Made for these rows; steps parts.</param>
internal sealed class TableShard(ReadOnlySpan<float> initial, int firstRow, int width, Optimizer optimizer) : IStateful
{
    private readonly float[] _parameters = initial.ToArray();
    private long _updates;

    /// <summary>The rows, shape [rows, width].</summary>
    public ReadOnlySpan<float> Parameters => _parameters;

    /// <summary>The elements of a row.</summary>
    public int Width => width;

    /// <summary>Copies rows as they are now, shape [rows, width].</summary>
    public void LookUp(ReadOnlySpan<int> rows, Span<float> copies)
    {
        for (int i = 0; i < rows.Length; i++) _parameters.AsSpan(StartOf(rows[i]), width).CopyTo(copies[(i * width)..]);
    }

    /// <summary>Takes the optimizer's step on these rows and on no others.</summary>
    /// <param name="rows">The table's numbers of the rows.</param>
    /// <param name="gradients">Shape [rows, width].</param>
    /// <param name="learningRate">The rate of this step.</param>
    public void Apply(ReadOnlySpan<int> rows, ReadOnlySpan<float> gradients, float learningRate)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            int start = StartOf(rows[i]);
            optimizer.StepPart(start, _parameters.AsSpan(start, width), gradients.Slice(i * width, width), learningRate);
        }
        _updates++;
    }

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        visitor.Counter("updates", ref _updates);
        visitor.Vector("rows", _parameters);
        visitor.Part("optimizer", optimizer);
    }

    private int StartOf(int row)
    {
        long start = (long)(row - firstRow) * width;
        return start >= 0 && start + width <= _parameters.Length
            ? (int)start
            : throw new InvalidDataException($"A client names row {row}, but this server keeps {_parameters.Length / width} rows from {firstRow}.");
    }
}
