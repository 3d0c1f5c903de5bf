namespace Rubato.Communication;

/// <summary>Chunks travel once around a ring to be reduced and once more to be handed out, segment by segment.</summary>
/// <remarks>
/// Patarasuk and Yuan, "Bandwidth optimal all-reduce algorithms for clusters of workstations", JPDC 69(2), 2009.
/// Steps: 2 (P − 1). A rank sends to its right neighbour only: 2 (P − 1) chunks, 2 (P − 1)/P · 4d bytes, which is the least possible.
/// A segment is sent on as soon as it is reduced, so links and arithmetic work at once. Each element's order of
/// summation begins at another rank, hence the bits differ from those of deterministic mode (but not from run to run).
/// </remarks>
internal static class RingAllReduce
{
    public static CollectiveCost CostOf(int rank, int size, int length)
    {
        var cost = new CollectiveCost(2 * (size - 1), 0, 0);
        for (int step = 0; step < size - 1; step++)
        {
            cost += CollectiveCost.OfPart(Chunks.LengthOf((rank - step + size) % size, size, length));      // towards the reduced chunk
            cost += CollectiveCost.OfPart(Chunks.LengthOf((rank + 1 - step + size) % size, size, length));  // handed out
        }
        return cost;
    }

    public static async ValueTask RunAsync(CollectiveCall call, Memory<float> vector, ReduceOperation operation)
    {
        int left = (call.Rank - 1 + call.Size) % call.Size, right = (call.Rank + 1) % call.Size;
        call.Send(right, ChunkOf(call, vector, call.Rank));

        for (int step = 1; step < call.Size; step++)
        {
            Memory<float> chunk = ChunkOf(call, vector, call.Rank - step);
            bool reduced = step == call.Size - 1;
            for (int segment = 0; segment < Segments.CountOf(chunk.Length); segment++)
            {
                using (Message message = await call.ReceiveSegmentAsync(left, chunk.Length, segment))
                {
                    Span<float> sum = chunk.Span[Segments.Of(segment, chunk.Length)];
                    Reduction.Accumulate(operation, sum, CollectiveCall.FloatsOf(message, chunk.Length, segment), position: step);
                    if (reduced) Reduction.Finish(operation, sum, call.Size);
                }
                call.SendSegment(right, chunk, segment);
            }
        }

        for (int step = 0; step < call.Size - 1; step++)
        {
            Memory<float> chunk = ChunkOf(call, vector, call.Rank - step);
            bool arrivesLast = step == call.Size - 2;
            for (int segment = 0; segment < Segments.CountOf(chunk.Length); segment++)
            {
                using (Message message = await call.ReceiveSegmentAsync(left, chunk.Length, segment))
                    CollectiveCall.FloatsOf(message, chunk.Length, segment).CopyTo(chunk.Span[Segments.Of(segment, chunk.Length)]);
                if (!arrivesLast) call.SendSegment(right, chunk, segment);
            }
        }
    }

    private static Memory<float> ChunkOf(CollectiveCall call, Memory<float> vector, int chunk) =>
        vector[Chunks.Of((chunk + call.Size) % call.Size, call.Size, vector.Length)];
}
