using System.Numerics.Tensors;
using Rubato.Data;

namespace Rubato.Models;

/// <summary>In training sets each element to zero with probability p and multiplies the others by 1 / (1 − p); evaluation lets all through.</summary>
/// <remarks>Srivastava et al., "Dropout", JMLR 2014. The mask comes from the pass's random stream, one draw an element.</remarks>
public sealed class Dropout : Layer
{
    private readonly float _rate;

    /// <summary>Drops with this probability, from 0 (none) to below 1.</summary>
    public Dropout(float rate)
    {
        if (rate is not (>= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(rate), rate, $"The dropout rate is {rate}, but it must be from 0 to below 1.");
        _rate = rate;
    }

    /// <inheritdoc/>
    public override BoundLayer Bind(SampleShape input, LayoutBuilder layout) => new Bound(input, _rate);

    private sealed class Bound(SampleShape shape, float rate) : BoundLayer(shape, shape)
    {
        // The mask: 0 or 1 / (1 − p).
        public override int KeptLength(int samples) => samples * Input.Size;

        public override void Forward(in ForwardPass pass)
        {
            if (pass.Random is not { } random)
            {
                pass.Input.CopyTo(pass.Output);
                return;
            }
            float kept = 1 / (1 - rate);
            foreach (ref float factor in pass.Kept) factor = random.NextSingle() < rate ? 0 : kept;
            TensorPrimitives.Multiply(pass.Input, pass.Kept, pass.Output);
        }

        public override void Backward(in BackwardPass pass)
        {
            if (!pass.InputGradient.IsEmpty) TensorPrimitives.Multiply(pass.OutputGradient, pass.Kept, pass.InputGradient);
        }
    }
}
