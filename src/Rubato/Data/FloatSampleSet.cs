namespace Rubato.Data;

/// <summary>Samples whose features are floats in rows, with categorical features beside them or without.</summary>
internal sealed class FloatSampleSet : SampleSet
{
    private readonly float[] _features;    // [Count, Shape.Size]
    private readonly int[] _categories;    // [Count, Categories]
    private readonly Outcomes _outcomes;

    public FloatSampleSet(float[] features, Outcomes outcomes, SampleShape shape)
        : this(features, outcomes, shape, [], 0)
    {
    }

    /// <summary>With categories: their rows in a table, -1 for none, equally many for each sample.</summary>
    public FloatSampleSet(float[] features, Outcomes outcomes, SampleShape shape, int[] categories, int categoryRows)
    {
        outcomes.RequireFeatures(features.Length, shape);
        if (categories.Length > 0 && (outcomes.Count == 0 || categories.Length % outcomes.Count != 0))
            throw new ArgumentException($"There are {categories.Length} categories for {outcomes.Count} samples. Pass equally many for each.", nameof(categories));
        foreach (int row in categories)
        {
            if (row < -1 || row >= categoryRows)
                throw new ArgumentOutOfRangeException(nameof(categories), row, $"A category is row {row}, but with {categoryRows} rows they run from 0 to {categoryRows - 1} (-1 for none).");
        }
        (_features, _categories, CategoryRows, _outcomes, Shape) = (features, categories, categoryRows, outcomes, shape);
        Categories = categories.Length == 0 ? 0 : categories.Length / outcomes.Count;
    }

    public override int Count => _outcomes.Count;

    public override SampleShape Shape { get; }

    public override int Categories { get; }

    public override int CategoryRows { get; }

    public override int Classes => _outcomes.Classes;

    public override int LabelOf(int sample) => _outcomes.LabelOf(sample);

    public override void Read(ReadOnlySpan<int> samples, Batch batch)
    {
        batch.Reshape(samples.Length, Shape.Size, Categories);
        CopyRows(_features, Shape.Size, samples, batch.Features);
        CopyRows(_categories, Categories, samples, batch.Categories);
        _outcomes.Read(samples, batch);
    }

    private static void CopyRows<T>(T[] from, int width, ReadOnlySpan<int> rows, Span<T> to)
    {
        for (int i = 0; i < rows.Length; i++) from.AsSpan(rows[i] * width, width).CopyTo(to[(i * width)..]);
    }
}
