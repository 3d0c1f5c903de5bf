namespace Rubato.Communication;

/// <summary>Every rank sends each chunk straight to its owner, who reduces what arrives in rank order.</summary>
/// <remarks>
/// Also called spread reduce-scatter; the order of summation is that of Rubato's <see cref="Numerics.RankOrderedMean"/>, whatever the
/// order of arrival, so the bits depend on nothing but the vectors.
/// Steps: 1. A rank sends P − 1 chunks, (P − 1)/P · 4d bytes, 8 more for each chunk that is not empty.
/// </remarks>
internal static class DirectReduceScatter
{
    public static CollectiveCost CostOf(int rank, int size, int length)
    {
        // Chunks have two lengths at most: the first `longer` of them have one float more.
        int longer = length % size;
        return new CollectiveCost(1, 0, 0)
            + (longer - (rank < longer ? 1 : 0)) * CollectiveCost.OfPart(length / size + 1)
            + (size - longer - (rank < longer ? 0 : 1)) * CollectiveCost.OfPart(length / size);
    }

    public static async ValueTask RunAsync(CollectiveCall call, Memory<float> vector, ReduceOperation operation)
    {
        SendContributions(call, vector);
        Memory<float> own = vector[Chunks.Of(call.Rank, call.Size, vector.Length)];
        int count = Segments.CountOf(own.Length);
        for (int segment = 0; segment < count; segment++) await ReduceSegmentAsync(call, own, segment, operation);
    }

    /// <summary>Starts to send everybody their chunk; the neighbour's first, so that not all ranks begin with the same one.</summary>
    public static void SendContributions(CollectiveCall call, ReadOnlyMemory<float> vector)
    {
        for (int distance = 1; distance < call.Size; distance++)
        {
            int owner = (call.Rank + distance) % call.Size;
            call.Send(owner, vector[Chunks.Of(owner, call.Size, vector.Length)]);
        }
    }

    /// <summary>Reduces one segment of this rank's own chunk in rank order.</summary>
    public static async ValueTask ReduceSegmentAsync(CollectiveCall call, Memory<float> own, int segment, ReduceOperation operation)
    {
        Range range = Segments.Of(segment, own.Length);
        if (call.Rank == 0)
        {
            // Rank 0's own vector is the first of the sum: reduce in place.
            await AccumulateOthersAsync(call, own, segment, operation, 1);
            return;
        }

        // Elsewhere the sum grows in the message of rank 0, and from this rank's turn on in its own vector.
        using (Message first = await call.ReceiveSegmentAsync(0, own.Length, segment))
        {
            for (int rank = 1; rank < call.Rank; rank++)
            {
                using Message message = await call.ReceiveSegmentAsync(rank, own.Length, segment);
                Reduction.Accumulate(
                    operation, CollectiveCall.FloatsOf(first, own.Length, segment), CollectiveCall.FloatsOf(message, own.Length, segment), rank);
            }
            Reduction.AccumulateInto(operation, CollectiveCall.FloatsOf(first, own.Length, segment), own.Span[range]);
        }
        await AccumulateOthersAsync(call, own, segment, operation, call.Rank + 1);
    }

    // The sum so far stands in this rank's own vector.
    private static async ValueTask AccumulateOthersAsync(CollectiveCall call, Memory<float> own, int segment, ReduceOperation operation, int firstRank)
    {
        Range range = Segments.Of(segment, own.Length);
        for (int rank = firstRank; rank < call.Size; rank++)
        {
            using Message message = await call.ReceiveSegmentAsync(rank, own.Length, segment);
            Reduction.Accumulate(operation, own.Span[range], CollectiveCall.FloatsOf(message, own.Length, segment), rank);
        }
        Reduction.Finish(operation, own.Span[range], call.Size);
    }
}
