using Rubato.Data;
using Rubato.Numerics;

namespace Rubato.Models;

/// <summary>A model of layers one after the other and a loss: <c>new Sequential(shape, new SoftmaxCrossEntropy(), new Dense(64), new Relu(), new Dense(10))</c>.</summary>
/// <remarks>Thread-safe; the memory of a call is pooled inside and grows to as many workspaces as calls ever ran at once.</remarks>
public sealed class Sequential : IModel
{
    // Evaluation goes through a large batch in parts, so that its workspace stays as small as a training step's.
    private const int EvaluationFloats = 4 << 20;

    private readonly LayoutBuilder _blocks = new();
    private readonly BoundChain _chain;
    private readonly Loss _loss;
    private readonly WorkspacePool _pool = new();
    private readonly int _evaluationSamples;

    /// <summary>Puts the layers together.</summary>
    /// <param name="input">The shape of one sample's dense features; <c>new SampleShape(0)</c> where there are only categories.</param>
    /// <param name="loss">What the last layer's output is measured by.</param>
    /// <param name="layers">At least one.</param>
    /// <exception cref="Configuration.InvalidRequestException">A layer cannot take the shape before it, or the loss not the last one.</exception>
    public Sequential(SampleShape input, Loss loss, params IReadOnlyList<Layer> layers)
    {
        _loss = loss;
        _chain = BoundChain.Bind(input, layers, _blocks);
        loss.Accept(_chain.Output);
        Layout = _blocks.Build();
        _evaluationSamples = Math.Clamp(EvaluationFloats / Math.Max(1, WorkspaceLength(1)), 1, 256);
    }

    /// <inheritdoc/>
    public ParameterLayout Layout { get; }

    /// <summary>The shape of one sample's features.</summary>
    public SampleShape Input => _chain.Input;

    /// <summary>The shape of the last layer's output.</summary>
    public SampleShape Output => _chain.Output;

    /// <inheritdoc/>
    public void Initialize(Span<float> parameters, RandomStream random)
    {
        CheckLength(parameters.Length, nameof(parameters));
        _blocks.Initialize(parameters, random);
    }

    /// <inheritdoc/>
    public double ComputeGradient(ReadOnlySpan<float> parameters, Batch batch, Span<float> gradient, GradientPass pass)
    {
        CheckLength(parameters.Length, nameof(parameters));
        CheckLength(gradient.Length, nameof(gradient));
        CheckBatch(batch);
        int samples = batch.Count;
        float[] workspace = _pool.Rent(WorkspaceLength(samples));
        try
        {
            var arena = new Arena(workspace);
            Span<float> output = arena.Take(_chain.Output.Size * samples), outputGradient = arena.Take(_chain.Output.Size * samples);
            Span<float> kept = arena.Take(_chain.KeptLength(samples)), scratch = arena.Rest;
            _chain.Forward(new ForwardPass
            {
                Samples = samples,
                Parameters = parameters,
                Input = batch.Features,
                Output = output,
                Kept = kept,
                Scratch = scratch,
                Categories = batch.Categories,
                Random = pass.Random,
            });
            double loss = _loss.Gradient(samples, output, batch.Labels, batch.Targets, outputGradient);
            _chain.Backward(new BackwardPass
            {
                Samples = samples,
                Parameters = parameters,
                Gradient = gradient,
                Input = batch.Features,
                Output = output,
                OutputGradient = outputGradient,
                InputGradient = [],
                Kept = kept,
                Scratch = scratch,
                Categories = batch.Categories,
                Observer = pass.Observer,
            });
            return loss;
        }
        finally
        {
            _pool.Return(workspace);
        }
    }

    /// <inheritdoc/>
    public ModelScore Evaluate(ReadOnlySpan<float> parameters, Batch batch)
    {
        CheckLength(parameters.Length, nameof(parameters));
        CheckBatch(batch);
        int most = Math.Min(batch.Count, _evaluationSamples), categories = batch.CategoriesPerSample;
        float[] workspace = _pool.Rent(WorkspaceLength(most));
        try
        {
            var score = new ModelScore(0, 0, 0);
            for (int start = 0; start < batch.Count; start += most)
            {
                int samples = Math.Min(most, batch.Count - start);
                var arena = new Arena(workspace);
                Span<float> output = arena.Take(_chain.Output.Size * samples);
                Span<float> kept = arena.Take(_chain.KeptLength(samples)), scratch = arena.Rest;
                _chain.Forward(new ForwardPass
                {
                    Samples = samples,
                    Parameters = parameters,
                    Input = batch.Features.Slice(start * Input.Size, samples * Input.Size),
                    Output = output,
                    Kept = kept,
                    Scratch = scratch,
                    Categories = batch.Categories.Slice(start * categories, samples * categories),
                });
                score += _loss.Score(samples, output, batch.Labels.Slice(start, samples), batch.Targets.Slice(start, samples));
            }
            return score;
        }
        finally
        {
            _pool.Return(workspace);
        }
    }

    private int WorkspaceLength(int samples) => checked(
        2 * Arena.Room(_chain.Output.Size * samples) + Arena.Room(_chain.KeptLength(samples)) + Arena.Room(_chain.ScratchLength(samples)));

    private void CheckLength(int length, string what)
    {
        if (length != Layout.Length)
            throw new ArgumentException($"The vector has {length} elements, but the model has {Layout.Length} parameters. Pass Layout.Length elements.", what);
    }

    private void CheckBatch(Batch batch)
    {
        if (batch.Count == 0) throw new ArgumentException("The batch is empty. Read at least one sample into it.", nameof(batch));
        if (batch.FeaturesPerSample != Input.Size)
            throw new ArgumentException($"The batch has {batch.FeaturesPerSample} features a sample, but the model takes {Input.Size} ({Input}). Build the model for this data's shape.", nameof(batch));
    }
}
