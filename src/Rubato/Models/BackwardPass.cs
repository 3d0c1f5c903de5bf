namespace Rubato.Models;

/// <summary>What a layer is given to compute its gradients.</summary>
public readonly ref struct BackwardPass
{
    /// <summary>The number of samples, at least 1.</summary>
    public required int Samples { get; init; }

    /// <summary>The whole model's parameters.</summary>
    public required ReadOnlySpan<float> Parameters { get; init; }

    /// <summary>The whole model's gradient; a layer overwrites its own blocks (<see cref="ParameterBlock.In(Span{float})"/>) and no others.</summary>
    public required Span<float> Gradient { get; init; }

    /// <summary>The input of the forward pass, shape [samples, input].</summary>
    public required ReadOnlySpan<float> Input { get; init; }

    /// <summary>The output of the forward pass, shape [samples, output].</summary>
    public required ReadOnlySpan<float> Output { get; init; }

    /// <summary>The gradient of the mean loss by the output, shape [samples, output].</summary>
    public required ReadOnlySpan<float> OutputGradient { get; init; }

    /// <summary>Receives the gradient by the input, shape [samples, input]; empty when nobody wants it.</summary>
    public required Span<float> InputGradient { get; init; }

    /// <summary>What the forward pass kept.</summary>
    public Span<float> Kept { get; init; }

    /// <summary>Room for <see cref="BoundLayer.ScratchLength"/> floats or more; undefined before and after the call.</summary>
    public Span<float> Scratch { get; init; }

    /// <summary>The batch's categorical features, shape [samples, categories]; empty in most data sets.</summary>
    public ReadOnlySpan<int> Categories { get; init; }

    /// <summary>Who listens for compact forms of the gradient; null when nobody does.</summary>
    public IGradientObserver? Observer { get; init; }
}
