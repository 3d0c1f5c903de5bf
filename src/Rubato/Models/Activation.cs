using Rubato.Data;

namespace Rubato.Models;

/// <summary>A function of each element on its own.</summary>
public abstract class Activation : Layer
{
    /// <inheritdoc/>
    public sealed override BoundLayer Bind(SampleShape input, LayoutBuilder layout) => new Bound(input, this);

    /// <summary>y ← f(x).</summary>
    protected abstract void Apply(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>inputGradient ← outputGradient · f′(x), where y is f(x).</summary>
    protected abstract void Differentiate(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> outputGradient, Span<float> inputGradient);

    private sealed class Bound(SampleShape shape, Activation activation) : BoundLayer(shape, shape)
    {
        public override void Forward(in ForwardPass pass) => activation.Apply(pass.Input, pass.Output);

        public override void Backward(in BackwardPass pass)
        {
            if (!pass.InputGradient.IsEmpty) activation.Differentiate(pass.Input, pass.Output, pass.OutputGradient, pass.InputGradient);
        }
    }
}
