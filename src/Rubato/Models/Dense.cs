using System.Numerics.Tensors;
using Rubato.Data;
using Rubato.Numerics;

namespace Rubato.Models;

/// <summary>Y = X·Wᵀ + b: every output sees every input. Takes any shape and reads it as a plain vector, so no flattening is needed.</summary>
/// <remarks>
/// Parameters: weight, shape [outputs, inputs], and bias, shape [outputs]. Tells the pass's observer the weight gradient's factors
/// G (output gradients) and X (inputs), with which it is Gᵀ·X.
/// </remarks>
public sealed class Dense : Layer
{
    private readonly int _outputs;

    /// <summary>A layer of so many outputs, at least 1.</summary>
    public Dense(int outputs)
    {
        if (outputs < 1) throw new ArgumentOutOfRangeException(nameof(outputs), outputs, $"A dense layer has {outputs} outputs, but the fewest are 1.");
        _outputs = outputs;
    }

    /// <summary>How the weights begin; default He.</summary>
    public WeightInitialization Initialization { get; init; } = WeightInitialization.He;

    /// <summary>Whether there is a bias; default true.</summary>
    public bool Bias { get; init; } = true;

    /// <inheritdoc/>
    public override BoundLayer Bind(SampleShape input, LayoutBuilder layout) => new Bound(
        input, _outputs,
        layout.Add("weight", [_outputs, input.Size], Initializers.Of(Initialization, input.Size, _outputs)),
        Bias ? layout.Add("bias", [_outputs], Initializers.Constant(0)) : null);

    private sealed class Bound(SampleShape input, int outputs, ParameterBlock weight, ParameterBlock? bias)
        : BoundLayer(input, new SampleShape(outputs))
    {
        private readonly int _inputs = input.Size;

        public override void Forward(in ForwardPass pass)
        {
            Gemm.Multiply(Transpose.No, Transpose.Yes, pass.Samples, outputs, _inputs,
                pass.Input, _inputs, weight.In(pass.Parameters), _inputs, 0, pass.Output, outputs);
            if (bias is null) return;
            ReadOnlySpan<float> b = bias.In(pass.Parameters);
            for (int i = 0; i < pass.Samples; i++)
            {
                Span<float> row = pass.Output.Slice(i * outputs, outputs);
                TensorPrimitives.Add(row, b, row);
            }
        }

        public override void Backward(in BackwardPass pass)
        {
            Gemm.Multiply(Transpose.Yes, Transpose.No, outputs, _inputs, pass.Samples,
                pass.OutputGradient, outputs, pass.Input, _inputs, 0, weight.In(pass.Gradient), _inputs);
            pass.Observer?.Factors(weight, pass.Samples, pass.OutputGradient, pass.Input);
            if (bias is not null)
            {
                Span<float> sum = bias.In(pass.Gradient);
                pass.OutputGradient[..outputs].CopyTo(sum);
                for (int i = 1; i < pass.Samples; i++) TensorPrimitives.Add(sum, pass.OutputGradient.Slice(i * outputs, outputs), sum);
            }
            if (!pass.InputGradient.IsEmpty)
            {
                Gemm.Multiply(Transpose.No, Transpose.No, pass.Samples, _inputs, outputs,
                    pass.OutputGradient, outputs, weight.In(pass.Parameters), _inputs, 0, pass.InputGradient, _inputs);
            }
        }
    }
}
