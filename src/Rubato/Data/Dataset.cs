namespace Rubato.Data;

/// <summary>A training and a test part of the same kind of sample.</summary>
public sealed record Dataset
{
    /// <summary>The catalogue name or the path it was read from.</summary>
    public required string Name { get; init; }

    /// <summary>The samples to train on.</summary>
    public required SampleSet Train { get; init; }

    /// <summary>The samples to test on.</summary>
    public required SampleSet Test { get; init; }

    /// <summary>The number of classes; 0 for a regression.</summary>
    public required int Classes { get; init; }

    /// <summary>The shape of one sample.</summary>
    public SampleShape Shape => Train.Shape;
}
