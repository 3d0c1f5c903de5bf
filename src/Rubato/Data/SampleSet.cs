namespace Rubato.Data;

/// <summary>Samples that can be read in any order: the training or the test part of a <see cref="Dataset"/>.</summary>
/// <remarks>Immutable and safe for concurrent readers.</remarks>
public abstract class SampleSet
{
    /// <summary>The number of samples.</summary>
    public abstract int Count { get; }

    /// <summary>The shape of one sample's dense features.</summary>
    public abstract SampleShape Shape { get; }

    /// <summary>The number of categorical features of a sample; 0 in most sets.</summary>
    public virtual int Categories => 0;

    /// <summary>The rows that categorical features name, of all of them together: the size of an embedding table; 0 in most sets.</summary>
    public virtual int CategoryRows => 0;

    /// <summary>The number of classes, one more than the largest label; 0 where the set has regression targets instead of labels.</summary>
    /// <remarks>Unless overridden it reads every label at each call.</remarks>
    public virtual int Classes
    {
        get
        {
            int classes = 0;
            for (int sample = 0; sample < Count; sample++) classes = Math.Max(classes, LabelOf(sample) + 1);
            return classes;
        }
    }

    /// <summary>The label of one sample, from 0; partitions by label use it. 0 where the set has none.</summary>
    public abstract int LabelOf(int sample);

    /// <summary>Reshapes the batch and fills it with the samples in the given order.</summary>
    public abstract void Read(ReadOnlySpan<int> samples, Batch batch);

    /// <summary>A set for classification over the caller's own arrays.</summary>
    /// <param name="features">Shape [samples, shape.Size], row-major. Kept, not copied: do not write to it any more.</param>
    /// <param name="labels">Class labels from 0, shape [samples]. Kept, not copied.</param>
    /// <param name="shape">The shape of one sample, for example <c>new SampleShape(4)</c> or <c>new SampleShape(1, 28, 28)</c>.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a label is negative.</exception>
    public static SampleSet FromArrays(float[] features, int[] labels, SampleShape shape) =>
        new FloatSampleSet(features, Outcomes.OfLabels(labels), shape);

    /// <summary>A set for classification with categorical features beside dense ones.</summary>
    /// <param name="features">Shape [samples, shape.Size], row-major. Kept, not copied: do not write to it any more.</param>
    /// <param name="categories">Rows of an embedding table, shape [samples, categories]; -1 stands for "none". Kept, not copied.</param>
    /// <param name="categoryRows">The rows of that table.</param>
    /// <param name="labels">Class labels from 0, shape [samples]. Kept, not copied.</param>
    /// <param name="shape">The shape of one sample's dense features.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, a category is out of range, or a label is negative.</exception>
    public static SampleSet FromArrays(float[] features, int[] categories, int categoryRows, int[] labels, SampleShape shape) =>
        new FloatSampleSet(features, Outcomes.OfLabels(labels), shape, categories, categoryRows);

    /// <summary>A set for regression over the caller's own arrays.</summary>
    /// <param name="features">Shape [samples, shape.Size], row-major. Kept, not copied: do not write to it any more.</param>
    /// <param name="targets">The values to predict, shape [samples]. Kept, not copied.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static SampleSet FromArrays(float[] features, float[] targets, SampleShape shape) =>
        new FloatSampleSet(features, Outcomes.OfTargets(targets), shape);

    /// <summary>A set of images that stay bytes in memory; a feature is byte × scale + offset.</summary>
    /// <param name="pixels">Shape [samples, channels, height, width]. Kept, not copied: do not write to it any more.</param>
    /// <param name="labels">Class labels from 0, shape [samples]. Kept, not copied.</param>
    /// <param name="shape">The shape of one image.</param>
    /// <param name="scale">What a byte is multiplied by; 1/255 unless given.</param>
    /// <param name="offset">What is then added.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a label is negative.</exception>
    public static SampleSet FromBytes(byte[] pixels, int[] labels, SampleShape shape, float scale = 1f / 255, float offset = 0) => new ByteSampleSet(
        pixels, Outcomes.OfLabels(labels), shape,
        new PixelScaling([.. Enumerable.Repeat(scale, shape.Channels)], [.. Enumerable.Repeat(offset, shape.Channels)]));

    /// <summary>A set of sparse rows: only features other than 0 are stored, and a batch gets all of them.</summary>
    /// <param name="rowStarts">Where each row's entries start, and at last their number: shape [samples + 1].</param>
    /// <param name="columns">The entries' columns from 0.</param>
    /// <param name="values">The entries' values.</param>
    /// <param name="labels">Class labels from 0, shape [samples].</param>
    /// <param name="features">The number of features; above every column.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, a column is out of range, or a label is negative.</exception>
    public static SampleSet FromSparse(int[] rowStarts, int[] columns, float[] values, int[] labels, int features) =>
        new SparseSampleSet(SparseRows.Of(rowStarts, columns, values), Outcomes.OfLabels(labels), features);

    /// <summary>The chosen samples as a set of their own; nothing is copied but their numbers.</summary>
    /// <param name="samples">Sample numbers from 0, in the order of the new set; a number may stand more than once.</param>
    public SampleSet Subset(ReadOnlySpan<int> samples) => new SubsetSampleSet(this, samples.ToArray());
}
