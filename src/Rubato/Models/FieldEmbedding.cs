using System.Numerics.Tensors;
using Rubato.Data;

namespace Rubato.Models;

/// <summary>Appends to its input the table row that each of a sample's categories names, one after the other; −1 names none and gives zeros.</summary>
/// <remarks>
/// Parameters: one table for all fields, shape [rows, width], normal with deviation 1/√width. The input may have size 0, where there are only
/// categories. Tells the pass's observer the rows that the batch touched.
/// </remarks>
public sealed class FieldEmbedding : Layer
{
    private readonly int _fields;
    private readonly int _rows;
    private readonly int _width;

    /// <summary>So many categories a sample, which name rows of a table of so many rows of so many elements.</summary>
    public FieldEmbedding(int fields, int rows, int width)
    {
        if (fields < 1) throw new ArgumentOutOfRangeException(nameof(fields), fields, $"There are {fields} fields to embed, but the fewest are 1.");
        if (rows < 1) throw new ArgumentOutOfRangeException(nameof(rows), rows, $"An embedding table has {rows} rows, but the fewest are 1.");
        if (width < 1) throw new ArgumentOutOfRangeException(nameof(width), width, $"An embedding is {width} wide, but the smallest is 1.");
        (_fields, _rows, _width) = (fields, rows, width);
    }

    /// <inheritdoc/>
    public override BoundLayer Bind(SampleShape input, LayoutBuilder layout) => new Bound(
        input, _fields, _rows, _width, layout.Add("table", [_rows, _width], Initializers.Normal(1 / Math.Sqrt(_width)), isTable: true));

    private sealed class Bound(SampleShape input, int fields, int rows, int width, ParameterBlock table)
        : BoundLayer(input, new SampleShape(input.Size + fields * width))
    {
        public override void Forward(in ForwardPass pass)
        {
            ReadOnlySpan<float> weights = table.In(pass.Parameters);
            Check(pass.Categories.Length, pass.Samples);
            for (int i = 0; i < pass.Samples; i++)
            {
                Span<float> output = pass.Output.Slice(i * Output.Size, Output.Size);
                pass.Input.Slice(i * Input.Size, Input.Size).CopyTo(output);
                for (int field = 0; field < fields; field++)
                {
                    Span<float> embedded = output.Slice(Input.Size + field * width, width);
                    int row = pass.Categories[i * fields + field];
                    if (row == -1)
                    {
                        embedded.Clear();
                        continue;
                    }
                    TouchedRows.Require(row, rows, i);
                    weights.Slice(row * width, width).CopyTo(embedded);
                }
            }
        }

        public override void Backward(in BackwardPass pass)
        {
            Span<float> gradient = table.In(pass.Gradient);
            gradient.Clear();
            for (int i = 0; i < pass.Samples; i++)
            {
                ReadOnlySpan<float> outputGradient = pass.OutputGradient.Slice(i * Output.Size, Output.Size);
                for (int field = 0; field < fields; field++)
                {
                    int row = pass.Categories[i * fields + field];
                    if (row == -1) continue;
                    Span<float> rowGradient = gradient.Slice(row * width, width);
                    TensorPrimitives.Add(rowGradient, outputGradient.Slice(Input.Size + field * width, width), rowGradient);
                }
                if (!pass.InputGradient.IsEmpty)
                    outputGradient[..Input.Size].CopyTo(pass.InputGradient.Slice(i * Input.Size, Input.Size));
            }
            if (pass.Observer is { } observer) TouchedRows.Report(observer, table, pass.Categories);
        }

        private void Check(int categories, int samples)
        {
            if (categories != samples * fields)
                throw new ArgumentException($"The batch has {categories} categories for {samples} samples, but the layer embeds {fields} a sample. Build the model for this data's categories.");
        }
    }
}
