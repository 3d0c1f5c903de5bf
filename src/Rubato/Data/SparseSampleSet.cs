namespace Rubato.Data;

/// <summary>Samples most of whose features are zero: only the others are stored, and a batch gets all of them.</summary>
internal sealed class SparseSampleSet : SampleSet
{
    private readonly SparseRows _rows;
    private readonly Outcomes _outcomes;

    public SparseSampleSet(SparseRows rows, Outcomes outcomes, int features)
    {
        if (rows.Count != outcomes.Count)
            throw new ArgumentException($"There are {rows.Count} rows for {outcomes.Count} labels. Pass one label a row.", nameof(rows));
        foreach (int column in rows.Columns)
        {
            if ((uint)column >= (uint)features)
                throw new ArgumentOutOfRangeException(nameof(rows), column, $"A column is {column}, but with {features} features columns run from 0 to {features - 1}.");
        }
        (_rows, _outcomes, Shape) = (rows, outcomes, new SampleShape(features));
    }

    public override int Count => _outcomes.Count;

    public override SampleShape Shape { get; }

    public override int Classes => _outcomes.Classes;

    public override int LabelOf(int sample) => _outcomes.LabelOf(sample);

    public override void Read(ReadOnlySpan<int> samples, Batch batch)
    {
        int size = Shape.Size;
        batch.Reshape(samples.Length, size);
        Span<float> features = batch.Features;
        features.Clear();
        for (int i = 0; i < samples.Length; i++)
        {
            Span<float> row = features.Slice(i * size, size);
            for (int at = _rows.Starts[samples[i]]; at < _rows.Starts[samples[i] + 1]; at++) row[_rows.Columns[at]] = _rows.Values[at];
        }
        _outcomes.Read(samples, batch);
    }
}
