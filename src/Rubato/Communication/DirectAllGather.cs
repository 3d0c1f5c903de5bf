namespace Rubato.Communication;

/// <summary>Every rank sends its own chunk straight to everybody else.</summary>
/// <remarks>Steps: 1. A rank sends its chunk P − 1 times, (P − 1) · (4d/P + 8) bytes; nothing if its chunk is empty.</remarks>
internal static class DirectAllGather
{
    public static CollectiveCost CostOf(int rank, int size, int length) =>
        new CollectiveCost(1, 0, 0) + (size - 1) * CollectiveCost.OfPart(Chunks.LengthOf(rank, size, length));

    public static ValueTask RunAsync(CollectiveCall call, Memory<float> vector)
    {
        Memory<float> own = vector[Chunks.Of(call.Rank, call.Size, vector.Length)];
        for (int segment = 0; segment < Segments.CountOf(own.Length); segment++) SendSegmentToAll(call, own, segment);
        return ReceiveOthersAsync(call, vector);
    }

    /// <summary>Starts to send one segment of this rank's chunk to everybody else.</summary>
    public static void SendSegmentToAll(CollectiveCall call, ReadOnlyMemory<float> own, int segment)
    {
        for (int distance = 1; distance < call.Size; distance++) call.SendSegment((call.Rank + distance) % call.Size, own, segment);
    }

    /// <summary>Receives everybody else's chunk into its place.</summary>
    public static async ValueTask ReceiveOthersAsync(CollectiveCall call, Memory<float> vector)
    {
        for (int distance = 1; distance < call.Size; distance++)
        {
            int owner = (call.Rank - distance + call.Size) % call.Size;
            await call.ReceiveAsync(owner, vector[Chunks.Of(owner, call.Size, vector.Length)]);
        }
    }
}
