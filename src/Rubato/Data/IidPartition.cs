namespace Rubato.Data;

/// <summary>All workers draw from one shuffled row of all samples.</summary>
internal sealed record IidPartition : Partition
{
    public override string ToString() => "iid";

    internal override SampleDeal DealSamples(SampleSet train, int workers, ulong seed) => SampleDeal.Shared(train.Count, workers, seed);
}
