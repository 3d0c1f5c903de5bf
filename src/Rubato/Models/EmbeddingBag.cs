using System.Numerics.Tensors;
using Rubato.Data;

namespace Rubato.Models;

/// <summary>Appends to its input the sum or mean of the table rows that a sample's categories name; −1 names none.</summary>
/// <remarks>
/// Parameters: table, shape [rows, width], normal with deviation 1/√width. The input may have size 0, where there are only categories.
/// A row that stands twice counts twice. Tells the pass's observer the rows that the batch touched.
/// </remarks>
public sealed class EmbeddingBag : Layer
{
    private readonly int _rows;
    private readonly int _width;

    /// <summary>A table of so many rows of so many elements.</summary>
    public EmbeddingBag(int rows, int width)
    {
        if (rows < 1) throw new ArgumentOutOfRangeException(nameof(rows), rows, $"An embedding table has {rows} rows, but the fewest are 1.");
        if (width < 1) throw new ArgumentOutOfRangeException(nameof(width), width, $"An embedding is {width} wide, but the smallest is 1.");
        (_rows, _width) = (rows, width);
    }

    /// <summary>Sum or mean of the rows; default sum.</summary>
    public EmbeddingReduction Reduction { get; init; } = EmbeddingReduction.Sum;

    /// <inheritdoc/>
    public override BoundLayer Bind(SampleShape input, LayoutBuilder layout) => new Bound(
        input, _rows, _width, Reduction, layout.Add("table", [_rows, _width], Initializers.Normal(1 / Math.Sqrt(_width)), isTable: true));

    private sealed class Bound(SampleShape input, int rows, int width, EmbeddingReduction reduction, ParameterBlock table)
        : BoundLayer(input, new SampleShape(input.Size + width))
    {
        // One scaled row.
        public override int ScratchLength(int samples) => width;

        public override void Forward(in ForwardPass pass)
        {
            ReadOnlySpan<float> weights = table.In(pass.Parameters);
            int categories = pass.Categories.Length / pass.Samples;
            for (int i = 0; i < pass.Samples; i++)
            {
                Span<float> output = pass.Output.Slice(i * Output.Size, Output.Size), sum = output[Input.Size..];
                pass.Input.Slice(i * Input.Size, Input.Size).CopyTo(output);
                sum.Clear();
                ReadOnlySpan<int> bag = pass.Categories.Slice(i * categories, categories);
                foreach (int row in bag)
                {
                    if (row == -1) continue;
                    TouchedRows.Require(row, rows, i);
                    TensorPrimitives.Add(sum, weights.Slice(row * width, width), sum);
                }
                TensorPrimitives.Multiply(sum, Factor(bag), sum);
            }
        }

        public override void Backward(in BackwardPass pass)
        {
            Span<float> gradient = table.In(pass.Gradient), scaled = pass.Scratch[..width];
            gradient.Clear();
            int categories = pass.Categories.Length / pass.Samples;
            for (int i = 0; i < pass.Samples; i++)
            {
                ReadOnlySpan<float> outputGradient = pass.OutputGradient.Slice(i * Output.Size, Output.Size);
                ReadOnlySpan<int> bag = pass.Categories.Slice(i * categories, categories);
                TensorPrimitives.Multiply(outputGradient[Input.Size..], Factor(bag), scaled);
                foreach (int row in bag)
                {
                    if (row == -1) continue;
                    Span<float> rowGradient = gradient.Slice(row * width, width);
                    TensorPrimitives.Add(rowGradient, scaled, rowGradient);
                }
                if (!pass.InputGradient.IsEmpty)
                    outputGradient[..Input.Size].CopyTo(pass.InputGradient.Slice(i * Input.Size, Input.Size));
            }
            if (pass.Observer is { } observer) TouchedRows.Report(observer, table, pass.Categories);
        }

        private float Factor(ReadOnlySpan<int> bag)
        {
            if (reduction == EmbeddingReduction.Sum) return 1;
            int named = bag.Length - bag.Count(-1);
            return named == 0 ? 0 : 1f / named;
        }
    }
}
