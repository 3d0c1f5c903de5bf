namespace Rubato.Communication;

/// <summary>Every rank sends its vector straight to the root.</summary>
/// <remarks>Steps: 1. Every rank but the root sends 4n + 8 bytes; a tree would need fewer steps at the root and move vectors several times.</remarks>
internal static class LinearGather
{
    public static CollectiveCost CostOf(int rank, int ownLength, int root) =>
        new CollectiveCost(1, 0, 0) + (rank == root ? default : CollectiveCost.OfPart(ownLength));

    public static async ValueTask RunAsync(CollectiveCall call, ReadOnlyMemory<float> own, Memory<float> all, int root)
    {
        if (call.Rank != root)
        {
            call.Send(root, own);
            return;
        }
        for (int rank = 0; rank < call.Size; rank++)
        {
            Memory<float> place = all.Slice(rank * own.Length, own.Length);
            if (rank == root) own.CopyTo(place);
            else await call.ReceiveAsync(rank, place);
        }
    }
}
