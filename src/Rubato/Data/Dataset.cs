using Rubato.Numerics;

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

    /// <summary>A data set of two given parts.</summary>
    /// <exception cref="ArgumentException">The parts differ in the shape of a sample, or one has labels and the other targets.</exception>
    public static Dataset Of(string name, SampleSet train, SampleSet test)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        if (train.Shape != test.Shape || train.Categories != test.Categories)
            throw new ArgumentException($"Samples to train on have shape {train.Shape}, but those to test on {test.Shape}. Both parts must agree.", nameof(test));
        int classes = train.Classes, testClasses = test.Classes;
        if (test.Count > 0 && classes == 0 != (testClasses == 0))
            throw new ArgumentException("One part has class labels and the other regression targets. Both parts must agree.", nameof(test));
        return new Dataset { Name = name, Train = train, Test = test, Classes = Math.Max(classes, testClasses) };
    }

    /// <summary>A data set whose test part is drawn from the given samples.</summary>
    /// <param name="name">How it is called in reports.</param>
    /// <param name="all">At least two samples.</param>
    /// <param name="testShare">The share of samples to test on, above 0 and below 1; each part gets at least one sample.</param>
    /// <param name="seed">Which samples are drawn: the same seed draws the same ones.</param>
    /// <exception cref="ArgumentException">There are fewer than two samples, or the share is out of range.</exception>
    public static Dataset Split(string name, SampleSet all, double testShare = 0.2, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(all);
        (int[] train, int[] test) = SplitNumbers(all.Count, testShare, seed);
        return Of(name, all.Subset(train), all.Subset(test));
    }

    /// <summary>The ascending numbers of both parts.</summary>
    internal static (int[] Train, int[] Test) SplitNumbers(int count, double testShare, ulong seed)
    {
        if (testShare is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(testShare), testShare, $"The test share is {testShare}, but it must be above 0 and below 1. Use 0.2 for a fifth.");
        if (count < 2)
            throw new ArgumentException($"There are {count} samples, but a training and a test part need at least 2.", nameof(count));
        int[] order = [.. Enumerable.Range(0, count)];
        RandomStream.Create(seed, "test split").Shuffle(order.AsSpan());
        int tested = Math.Clamp((int)Math.Round(count * testShare), 1, count - 1);
        return ([.. order[tested..].Order()], [.. order[..tested].Order()]);
    }
}
