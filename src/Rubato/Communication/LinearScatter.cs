namespace Rubato.Communication;

/// <summary>The root sends every rank its part straight away.</summary>
/// <remarks>Steps: 1. The root sends P − 1 parts of 4n + 8 bytes, the others nothing.</remarks>
internal static class LinearScatter
{
    public static CollectiveCost CostOf(int rank, int size, int ownLength, int root) =>
        new CollectiveCost(1, 0, 0) + (rank == root ? size - 1 : 0) * CollectiveCost.OfPart(ownLength);

    public static ValueTask RunAsync(CollectiveCall call, ReadOnlyMemory<float> all, Memory<float> own, int root)
    {
        if (call.Rank != root) return call.ReceiveAsync(root, own);
        for (int rank = 0; rank < call.Size; rank++)
        {
            ReadOnlyMemory<float> part = all.Slice(rank * own.Length, own.Length);
            if (rank == root) part.CopyTo(own);
            else call.Send(rank, part);
        }
        return default;
    }
}
