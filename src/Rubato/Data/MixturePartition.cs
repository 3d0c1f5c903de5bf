using Rubato.Numerics;

namespace Rubato.Data;

/// <summary>Each draw is, with a probability, from the worker's own stretch of the set in its given order, else from all samples.</summary>
/// <remarks>
/// Woodworth, Patel and Srebro, "Minibatch vs Local SGD for Heterogeneous Distributed Learning", NeurIPS 2020, arXiv:2006.04735, section 6: a
/// machine draws a share of its data from its own task and the rest from all tasks. Stretches are of equal length to one sample and cover the
/// set, so the mean over the workers of what they train on is the whole set, whatever the probability is.
/// </remarks>
internal sealed record MixturePartition(double Probability) : Partition
{
    public override string ToString() => $"mixture:{Text(Probability)}";

    internal override SampleDeal DealSamples(SampleSet train, int workers, ulong seed)
    {
        RequireSamples(train, workers, "workers");
        var rows = new ISampleRow[workers];
        for (int w = 0, start = 0; w < workers; w++)
        {
            int end = start + LabelOrder.EvenShare(train.Count, workers, w);
            rows[w] = new MixtureRow(start..end, train.Count, Probability, RandomStream.Create(seed, "mixture", w));
            start = end;
        }
        return SampleDeal.OfRows(rows);
    }
}
