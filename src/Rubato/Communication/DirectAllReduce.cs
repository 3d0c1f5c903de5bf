namespace Rubato.Communication;

/// <summary>Reduce-scatter straight to the chunks' owners in rank order, then all-gather: the all-reduce of deterministic mode.</summary>
/// <remarks>
/// Steps: 2. A rank sends 2 (P − 1) chunks, 2 (P − 1)/P · 4d bytes, as many as a ring and in far fewer steps, at the price of talking to
/// everybody. The two halves overlap: an owner sends a segment on as soon as it is reduced.
/// Every segment of a chunk is overwritten only after its owner received what this rank had sent of it, so one buffer serves both halves.
/// </remarks>
internal static class DirectAllReduce
{
    public static CollectiveCost CostOf(int rank, int size, int length) =>
        DirectReduceScatter.CostOf(rank, size, length) + DirectAllGather.CostOf(rank, size, length);

    public static async ValueTask RunAsync(CollectiveCall call, Memory<float> vector, ReduceOperation operation)
    {
        DirectReduceScatter.SendContributions(call, vector);
        Memory<float> own = vector[Chunks.Of(call.Rank, call.Size, vector.Length)];
        int count = Segments.CountOf(own.Length);
        for (int segment = 0; segment < count; segment++)
        {
            await DirectReduceScatter.ReduceSegmentAsync(call, own, segment, operation);
            DirectAllGather.SendSegmentToAll(call, own, segment);
        }
        await DirectAllGather.ReceiveOthersAsync(call, vector);
    }
}
