namespace Rubato.Data;

/// <summary>What is to be predicted of each sample: a class label from 0, or a regression target.</summary>
internal sealed class Outcomes
{
    private readonly int[]? _labels;
    private readonly float[]? _targets;

    private Outcomes(int[]? labels, float[]? targets, int classes) => (_labels, _targets, Classes) = (labels, targets, classes);

    public int Count => _labels?.Length ?? _targets?.Length ?? 0;

    /// <summary>One more than the largest label; 0 for targets.</summary>
    public int Classes { get; }

    public static Outcomes OfLabels(int[] labels)
    {
        int classes = 0;
        foreach (int label in labels)
        {
            if (label < 0)
                throw new ArgumentOutOfRangeException(nameof(labels), label, $"A label is {label}, but labels count from 0. Number the classes 0, 1, 2, …");
            classes = Math.Max(classes, label + 1);
        }
        return new Outcomes(labels, null, classes);
    }

    public static Outcomes OfTargets(float[] targets) => new(null, targets, 0);

    public int LabelOf(int sample) => _labels is null ? 0 : _labels[sample];

    /// <summary>Writes the labels or targets of a batch that already has its shape; the other of the two becomes zeros.</summary>
    public void Read(ReadOnlySpan<int> samples, Batch batch)
    {
        Span<int> labels = batch.Labels;
        Span<float> targets = batch.Targets;
        for (int i = 0; i < samples.Length; i++)
        {
            labels[i] = _labels is null ? 0 : _labels[samples[i]];
            targets[i] = _targets is null ? 0 : _targets[samples[i]];
        }
    }

    /// <summary>Requires that so many features are whole samples of that shape, one an outcome.</summary>
    public void RequireFeatures(int features, SampleShape shape)
    {
        if (shape.Channels < 1 || shape.Height < 1 || shape.Width < 1)
            throw new ArgumentException($"The sample shape is {shape.Channels}x{shape.Height}x{shape.Width}, but no side may be below 1.", nameof(shape));
        if (features != (long)Count * shape.Size)
        {
            throw new ArgumentException(
                $"There are {features} features for {Count} samples, but samples of shape {shape} need {(long)Count * shape.Size}. Pass {shape.Size} features a sample.",
                nameof(features));
        }
    }
}
