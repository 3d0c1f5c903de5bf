namespace Rubato.Data;

/// <summary>Samples with dense features and categorical ones.</summary>
internal sealed class MixedSampleSet : SampleSet
{
    private readonly float[] _features;    // [Count, Shape.Size]
    private readonly int[] _categories;    // [Count, Categories]
    private readonly Outcomes _outcomes;

    public MixedSampleSet(float[] features, int[] categories, int categoryRows, Outcomes outcomes, SampleShape shape)
    {
        outcomes.RequireFeatures(features.Length, shape);
        if (outcomes.Count == 0 || categories.Length % outcomes.Count != 0)
            throw new ArgumentException($"There are {categories.Length} categories for {outcomes.Count} samples. Pass equally many for each.", nameof(categories));
        foreach (int row in categories)
        {
            if (row < -1 || row >= categoryRows)
                throw new ArgumentOutOfRangeException(nameof(categories), row, $"A category is row {row}, but with {categoryRows} rows they run from 0 to {categoryRows - 1} (-1 for none).");
        }
        (_features, _categories, CategoryRows, _outcomes, Shape) = (features, categories, categoryRows, outcomes, shape);
        Categories = categories.Length / outcomes.Count;
    }

    public override int Count => _outcomes.Count;

    public override SampleShape Shape { get; }

    public override int Categories { get; }

    public override int CategoryRows { get; }

    public override int Classes => _outcomes.Classes;

    public override int LabelOf(int sample) => _outcomes.LabelOf(sample);

    public override void Read(ReadOnlySpan<int> samples, Batch batch)
    {
        int size = Shape.Size;
        batch.Reshape(samples.Length, size, Categories);
        Span<float> features = batch.Features;
        Span<int> categories = batch.Categories;
        for (int i = 0; i < samples.Length; i++)
        {
            _features.AsSpan(samples[i] * size, size).CopyTo(features[(i * size)..]);
            _categories.AsSpan(samples[i] * Categories, Categories).CopyTo(categories[(i * Categories)..]);
        }
        _outcomes.Read(samples, batch);
    }
}
