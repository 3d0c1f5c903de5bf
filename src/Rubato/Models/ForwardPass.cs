using Rubato.Numerics;

namespace Rubato.Models;

/// <summary>What a layer is given to compute its output.</summary>
public readonly ref struct ForwardPass
{
    /// <summary>The number of samples, at least 1.</summary>
    public required int Samples { get; init; }

    /// <summary>The whole model's parameters; a layer reads its blocks with <see cref="ParameterBlock.In(ReadOnlySpan{float})"/>.</summary>
    public required ReadOnlySpan<float> Parameters { get; init; }

    /// <summary>Shape [samples, input].</summary>
    public required ReadOnlySpan<float> Input { get; init; }

    /// <summary>Shape [samples, output]; undefined before the call.</summary>
    public required Span<float> Output { get; init; }

    /// <summary>Room for <see cref="BoundLayer.KeptLength"/> floats that are there again in the backward pass; undefined before the call.</summary>
    public Span<float> Kept { get; init; }

    /// <summary>Room for <see cref="BoundLayer.ScratchLength"/> floats or more; undefined before and after the call.</summary>
    public Span<float> Scratch { get; init; }

    /// <summary>The batch's categorical features, shape [samples, categories]; empty in most data sets.</summary>
    public ReadOnlySpan<int> Categories { get; init; }

    /// <summary>The random draws of a training pass; null when evaluating.</summary>
    public RandomStream? Random { get; init; }

    /// <summary>Whether a backward pass may follow: dropout drops, batch norm uses the batch's own statistics.</summary>
    public bool IsTraining => Random is not null;
}
