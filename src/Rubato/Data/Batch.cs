namespace Rubato.Data;

/// <summary>A mini-batch in buffers that are reused: features in rows, one label or target a sample, or categories for embeddings.</summary>
/// <remarks>
/// A <see cref="SampleSet"/> fills it and a model reads it; the owner is whoever created it. Growing the batch allocates,
/// refilling it at the same or a smaller size does not. Not thread-safe.
/// </remarks>
public sealed class Batch
{
    private float[] _features = [];
    private int[] _labels = [];
    private float[] _targets = [];
    private int[] _categories = [];
    private int _featuresPerSample;
    private int _categoriesPerSample;

    /// <summary>The number of samples.</summary>
    public int Count { get; private set; }

    /// <summary>Features, shape [Count, features], row-major.</summary>
    public Span<float> Features => _features.AsSpan(0, Count * _featuresPerSample);

    /// <summary>Class labels from 0, shape [Count]; zeros where the set has none.</summary>
    public Span<int> Labels => _labels.AsSpan(0, Count);

    /// <summary>Regression targets, shape [Count]; zeros where the set has none.</summary>
    public Span<float> Targets => _targets.AsSpan(0, Count);

    /// <summary>Categorical features (row numbers of an embedding), shape [Count, categories]; -1 stands for "none".</summary>
    public Span<int> Categories => _categories.AsSpan(0, Count * _categoriesPerSample);

    /// <summary>The number of dense features of a sample.</summary>
    public int FeaturesPerSample => _featuresPerSample;

    /// <summary>The number of categorical features of a sample.</summary>
    public int CategoriesPerSample => _categoriesPerSample;

    /// <summary>Sets the shape; the contents are undefined until they are written.</summary>
    public void Reshape(int count, int features, int categories = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(features);
        ArgumentOutOfRangeException.ThrowIfNegative(categories);
        (Count, _featuresPerSample, _categoriesPerSample) = (count, features, categories);
        Grow(ref _features, count * features);
        Grow(ref _labels, count);
        Grow(ref _targets, count);
        Grow(ref _categories, count * categories);
    }

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length) buffer = new T[length];
    }
}
