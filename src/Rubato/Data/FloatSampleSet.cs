namespace Rubato.Data;

/// <summary>Samples whose features are floats in rows.</summary>
internal sealed class FloatSampleSet : SampleSet
{
    private readonly float[] _features;   // [Count, Shape.Size]
    private readonly Outcomes _outcomes;

    public FloatSampleSet(float[] features, Outcomes outcomes, SampleShape shape)
    {
        outcomes.RequireFeatures(features.Length, shape);
        (_features, _outcomes, Shape) = (features, outcomes, shape);
    }

    public override int Count => _outcomes.Count;

    public override SampleShape Shape { get; }

    public override int Classes => _outcomes.Classes;

    public override int LabelOf(int sample) => _outcomes.LabelOf(sample);

    public override void Read(ReadOnlySpan<int> samples, Batch batch)
    {
        int size = Shape.Size;
        batch.Reshape(samples.Length, size);
        Span<float> rows = batch.Features;
        for (int i = 0; i < samples.Length; i++) _features.AsSpan(samples[i] * size, size).CopyTo(rows[(i * size)..]);
        _outcomes.Read(samples, batch);
    }
}
