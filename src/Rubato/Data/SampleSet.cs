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

    /// <summary>The chosen samples as a set of their own; nothing is copied but their numbers.</summary>
    /// <param name="samples">Sample numbers from 0, in the order of the new set; a number may stand more than once.</param>
    public SampleSet Subset(ReadOnlySpan<int> samples) => new SubsetSampleSet(this, samples.ToArray());
}
