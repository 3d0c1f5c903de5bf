namespace Rubato.Data;

/// <summary>Samples whose features stay bytes in memory and are scaled when they are read: images.</summary>
internal sealed class ByteSampleSet : SampleSet
{
    private readonly byte[] _features;   // [Count, Shape.Size]
    private readonly float[] _values;    // [channels, 256]: the feature of each level
    private readonly Outcomes _outcomes;
    private readonly int _plane;

    public ByteSampleSet(byte[] features, Outcomes outcomes, SampleShape shape, PixelScaling scaling)
    {
        outcomes.RequireFeatures(features.Length, shape);
        if (scaling.Scale.Length != shape.Channels || scaling.Offset.Length != shape.Channels)
            throw new ArgumentException($"There are {scaling.Scale.Length} scales for {shape.Channels} channels. Give one scale and offset a channel.", nameof(scaling));
        (_features, _outcomes, Shape, _plane) = (features, outcomes, shape, shape.Height * shape.Width);
        _values = new float[shape.Channels * 256];
        for (int i = 0; i < _values.Length; i++) _values[i] = (i & 255) * scaling.Scale[i >> 8] + scaling.Offset[i >> 8];
    }

    public override int Count => _outcomes.Count;

    public override SampleShape Shape { get; }

    public override int Classes => _outcomes.Classes;

    public override int LabelOf(int sample) => _outcomes.LabelOf(sample);

    public override void Read(ReadOnlySpan<int> samples, Batch batch)
    {
        int size = Shape.Size;
        batch.Reshape(samples.Length, size);
        for (int i = 0; i < samples.Length; i++)
        {
            ReadOnlySpan<byte> from = _features.AsSpan(samples[i] * size, size);
            Span<float> to = batch.Features.Slice(i * size, size);
            for (int channel = 0; channel < Shape.Channels; channel++)
                Scale(from.Slice(channel * _plane, _plane), _values.AsSpan(channel * 256, 256), to.Slice(channel * _plane, _plane));
        }
        _outcomes.Read(samples, batch);
    }

    private static void Scale(ReadOnlySpan<byte> levels, ReadOnlySpan<float> values, Span<float> features)
    {
        for (int j = 0; j < levels.Length; j++) features[j] = values[levels[j]];
    }
}
