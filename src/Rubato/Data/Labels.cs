namespace Rubato.Data;

/// <summary>Checks of the labels that a sample set is made from.</summary>
internal static class Labels
{
    /// <summary>Requires a label for each sample and that the features are whole samples.</summary>
    public static void Require(int[] labels, int features, SampleShape shape)
    {
        RequireCount(labels.Length, features, shape);
        foreach (int label in labels)
        {
            if (label < 0)
                throw new ArgumentOutOfRangeException(nameof(labels), label, $"A label is {label}, but labels count from 0. Number the classes 0, 1, 2, …");
        }
    }

    /// <summary>Requires one value a sample and that the features are whole samples.</summary>
    public static void RequireCount(int samples, int features, SampleShape shape)
    {
        if (shape.Channels < 1 || shape.Height < 1 || shape.Width < 1)
            throw new ArgumentException($"The sample shape is {shape.Channels}x{shape.Height}x{shape.Width}, but no side may be below 1.", nameof(shape));
        if (features != (long)samples * shape.Size)
        {
            throw new ArgumentException(
                $"There are {features} features for {samples} labels, but samples of shape {shape} need {(long)samples * shape.Size}. Pass {shape.Size} features a label.",
                nameof(features));
        }
    }

    public static int CountClasses(ReadOnlySpan<int> labels)
    {
        int classes = 0;
        foreach (int label in labels) classes = Math.Max(classes, label + 1);
        return classes;
    }
}
