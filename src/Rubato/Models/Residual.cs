using System.Numerics.Tensors;
using Rubato.Configuration;
using Rubato.Data;

namespace Rubato.Models;

/// <summary>Adds to what its inner layers make of the input the input itself, or what a shortcut makes of it.</summary>
/// <remarks>He et al., "Deep residual learning", CVPR 2016, arXiv:1512.03385, equations 1 and 2.</remarks>
/// <param name="layers">The inner layers, at least one.</param>
public sealed class Residual(params IReadOnlyList<Layer> layers) : Layer
{
    /// <summary>The way round the inner layers, for example a 1×1 convolution or <see cref="PadShortcut"/>; null (default) for the input as it is.</summary>
    public Layer? Shortcut { get; init; }

    /// <inheritdoc/>
    public override BoundLayer Bind(SampleShape input, LayoutBuilder layout)
    {
        BoundChain inner = BoundChain.Bind(input, layers, layout);
        BoundLayer? shortcut = Shortcut?.Bind(input, layout.Under("shortcut." + Shortcut.Name));
        SampleShape other = shortcut?.Output ?? input;
        if (other != inner.Output)
        {
            throw new InvalidRequestException(
                $"A residual's inner layers end in shape {inner.Output}, its shortcut in {other}, and only equal shapes can be added. "
                + "Set Shortcut to a 1x1 convolution or a PadShortcut.");
        }
        return new Bound(inner, shortcut);
    }

    // Kept: [inner's output | inner's kept | shortcut's output | shortcut's kept]; scratch: [one input gradient | the larger scratch].
    private sealed class Bound(BoundChain inner, BoundLayer? shortcut) : BoundLayer(inner.Input, inner.Output)
    {
        public override int KeptLength(int samples) => checked(
            Arena.Room(Output.Size * samples) + Arena.Room(inner.KeptLength(samples))
            + (shortcut is null ? 0 : Arena.Room(Output.Size * samples) + Arena.Room(shortcut.KeptLength(samples))));

        public override int ScratchLength(int samples) => checked(
            Arena.Room(Input.Size * samples) + Math.Max(inner.ScratchLength(samples), shortcut?.ScratchLength(samples) ?? 0));

        public override void Forward(in ForwardPass pass)
        {
            var kept = new Arena(pass.Kept);
            Span<float> innerOutput = kept.Take(pass.Output.Length);
            inner.Forward(pass with { Output = innerOutput, Kept = kept.Take(inner.KeptLength(pass.Samples)) });
            ReadOnlySpan<float> other = pass.Input;
            if (shortcut is not null)
            {
                Span<float> shortcutOutput = kept.Take(pass.Output.Length);
                shortcut.Forward(pass with { Output = shortcutOutput, Kept = kept.Take(shortcut.KeptLength(pass.Samples)) });
                other = shortcutOutput;
            }
            TensorPrimitives.Add(innerOutput, other, pass.Output);
        }

        public override void Backward(in BackwardPass pass)
        {
            Arena kept = new(pass.Kept), scratch = new(pass.Scratch);
            Span<float> part = scratch.Take(pass.InputGradient.Length);
            Span<float> innerOutput = kept.Take(pass.Output.Length);
            inner.Backward(pass with { Output = innerOutput, Kept = kept.Take(inner.KeptLength(pass.Samples)), Scratch = scratch.Rest });
            ReadOnlySpan<float> other = pass.OutputGradient;
            if (shortcut is not null)
            {
                Span<float> shortcutOutput = kept.Take(pass.Output.Length);
                shortcut.Backward(pass with
                {
                    Output = shortcutOutput,
                    InputGradient = part,
                    Kept = kept.Take(shortcut.KeptLength(pass.Samples)),
                    Scratch = scratch.Rest,
                });
                other = part;
            }
            if (!pass.InputGradient.IsEmpty) TensorPrimitives.Add(pass.InputGradient, other, pass.InputGradient);
        }
    }
}
