using Rubato.Data;

namespace Rubato.Models;

/// <summary>Layers one after the other.</summary>
/// <remarks>
/// Kept: for each layer its output (but the last one's, which is the chain's) and what it keeps itself. Scratch: two buffers for the
/// gradients between layers, which take turns, and the largest scratch of a layer.
/// </remarks>
internal sealed class BoundChain : BoundLayer
{
    private readonly BoundLayer[] _layers;
    private readonly int _widest;
    private readonly int _firstTrained;

    private BoundChain(SampleShape input, BoundLayer[] layers, int firstTrained) : base(input, layers[^1].Output)
    {
        _layers = layers;
        _widest = layers.Max(layer => layer.Input.Size);
        _firstTrained = firstTrained;
    }

    public static BoundChain Bind(SampleShape input, IReadOnlyList<Layer> layers, LayoutBuilder layout)
    {
        if (layers.Count == 0) throw new ArgumentException("A chain of layers is empty. Give it at least one layer.", nameof(layers));
        var bound = new BoundLayer[layers.Count];
        SampleShape shape = input;
        int start = layout.Length, firstTrained = layers.Count;
        for (int i = 0; i < bound.Length; i++)
        {
            bound[i] = layers[i].Bind(shape, layout.Under(LayoutBuilder.Place(i, layers[i])));
            if (layout.Length > start && firstTrained == layers.Count) firstTrained = i;
            shape = bound[i].Output;
        }
        return new BoundChain(input, bound, firstTrained);
    }

    public override int KeptLength(int samples)
    {
        int length = 0;
        for (int i = 0; i < _layers.Length; i++) length = checked(length + OutputRoom(i, samples) + Arena.Room(_layers[i].KeptLength(samples)));
        return length;
    }

    public override int ScratchLength(int samples)
    {
        int largest = 0;
        foreach (BoundLayer layer in _layers) largest = Math.Max(largest, layer.ScratchLength(samples));
        return checked(2 * Arena.Room(_widest * samples) + largest);
    }

    public override void Forward(in ForwardPass pass)
    {
        var kept = new Arena(pass.Kept);
        ReadOnlySpan<float> input = pass.Input;
        for (int i = 0; i < _layers.Length; i++)
        {
            BoundLayer layer = _layers[i];
            Span<float> output = i == _layers.Length - 1 ? pass.Output : kept.Take(layer.Output.Size * pass.Samples);
            layer.Forward(pass with { Input = input, Output = output, Kept = kept.Take(layer.KeptLength(pass.Samples)) });
            input = output;
        }
    }

    public override void Backward(in BackwardPass pass)
    {
        var scratch = new Arena(pass.Scratch);
        Span<float> even = scratch.Take(_widest * pass.Samples), odd = scratch.Take(_widest * pass.Samples);
        ReadOnlySpan<float> output = pass.Output, outputGradient = pass.OutputGradient;
        int end = KeptLength(pass.Samples);
        // Below the first layer with parameters there is nothing to learn, unless the caller wants the gradient by the input.
        int last = pass.InputGradient.IsEmpty ? _firstTrained : 0;
        for (int i = _layers.Length - 1; i >= last; i--)
        {
            BoundLayer layer = _layers[i];
            int keptLength = layer.KeptLength(pass.Samples), keptStart = end - Arena.Room(keptLength);
            int inputLength = layer.Input.Size * pass.Samples;
            end = keptStart - OutputRoom(i, pass.Samples);
            ReadOnlySpan<float> input = i == 0 ? pass.Input : pass.Kept.Slice(StartOfOutput(i - 1, end, pass.Samples), inputLength);
            Span<float> inputGradient = i == 0 ? pass.InputGradient : i == last && pass.InputGradient.IsEmpty ? [] : (i % 2 == 0 ? even : odd)[..inputLength];
            layer.Backward(pass with
            {
                Input = input,
                Output = output,
                OutputGradient = outputGradient,
                InputGradient = inputGradient,
                Kept = pass.Kept.Slice(keptStart, keptLength),
                Scratch = scratch.Rest,
            });
            output = input;
            outputGradient = inputGradient;
        }
    }

    private int OutputRoom(int layer, int samples) => layer == _layers.Length - 1 ? 0 : Arena.Room(_layers[layer].Output.Size * samples);

    // Where a layer's output lies, given where the part of the layer after it begins.
    private int StartOfOutput(int layer, int endOfPart, int samples) =>
        endOfPart - Arena.Room(_layers[layer].KeptLength(samples)) - OutputRoom(layer, samples);
}
