using System.Buffers;

namespace Rubato.Data;

/// <summary>Some samples of another set, under numbers of their own.</summary>
internal sealed class SubsetSampleSet : SampleSet
{
    private readonly SampleSet _all;
    private readonly int[] _samples;

    public SubsetSampleSet(SampleSet all, int[] samples)
    {
        foreach (int sample in samples)
        {
            if ((uint)sample >= (uint)all.Count)
                throw new ArgumentOutOfRangeException(nameof(samples), sample, $"There is no sample {sample}; the set has samples 0 to {all.Count - 1}.");
        }
        (_all, _samples) = (all, samples);
    }

    public override int Count => _samples.Length;

    public override SampleShape Shape => _all.Shape;

    public override int Categories => _all.Categories;

    public override int CategoryRows => _all.CategoryRows;

    /// <summary>Those of the whole set, so that both halves of a split agree.</summary>
    public override int Classes => _all.Classes;

    public override int LabelOf(int sample) => _all.LabelOf(_samples[sample]);

    public override void Read(ReadOnlySpan<int> samples, Batch batch)
    {
        int[] rented = ArrayPool<int>.Shared.Rent(samples.Length);
        for (int i = 0; i < samples.Length; i++) rented[i] = _samples[samples[i]];
        _all.Read(rented.AsSpan(0, samples.Length), batch);
        ArrayPool<int>.Shared.Return(rented);
    }
}
