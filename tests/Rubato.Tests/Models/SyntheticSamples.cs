using Rubato.Data;
using Rubato.Numerics;

namespace Rubato.Tests.Models;

/// <summary>Random images with random labels and targets, for tests that need data but not its meaning.</summary>
internal sealed class SyntheticSamples(SampleShape shape, int count, int classes, int categories = 0) : SampleSet
{
    private readonly float[] _features = LayerProbe.Draw(RandomStream.Create(1, "features"), count * shape.Size);

    public override int Count => count;
    public override SampleShape Shape => shape;
    public override int Categories => categories;

    public override int LabelOf(int sample) => classes == 0 ? 0 : sample * 7 % classes;

    public override void Read(ReadOnlySpan<int> samples, Batch batch)
    {
        batch.Reshape(samples.Length, shape.Size, categories);
        for (int i = 0; i < samples.Length; i++)
        {
            _features.AsSpan(samples[i] * shape.Size, shape.Size).CopyTo(batch.Features[(i * shape.Size)..]);
            batch.Labels[i] = LabelOf(samples[i]);
            batch.Targets[i] = _features[samples[i] * shape.Size];
            for (int j = 0; j < categories; j++) batch.Categories[i * categories + j] = (samples[i] + 3 * j) % 11 - 1;
        }
    }

    public Batch Batch(int first, int length)
    {
        var batch = new Batch();
        Read([.. Enumerable.Range(first, length)], batch);
        return batch;
    }

    public static Dataset Dataset(SampleShape shape, int classes, int categories = 0)
    {
        var samples = new SyntheticSamples(shape, 32, classes, categories);
        return new Dataset { Name = "synthetic", Train = samples, Test = samples, Classes = classes };
    }
}
