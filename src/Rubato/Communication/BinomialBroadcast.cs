using System.Numerics;

namespace Rubato.Communication;

/// <summary>Everybody who has the vector hands it on, down a binomial tree whose root is the owner.</summary>
/// <remarks>
/// Thakur, Rabenseifner and Gropp, IJHPCA 19(1), 2005, section 4.1, with segments handed on as they come.
/// Steps: ⌈log₂ P⌉. With v = (rank − root) mod P, a rank sends the vector to each v + 2^k below P, for all 2^k below v's lowest set bit
/// (the root: below P): all ranks together P − 1 times 4d + 8 bytes.
/// </remarks>
internal static class BinomialBroadcast
{
    public static CollectiveCost CostOf(int rank, int size, int length, int root) =>
        new CollectiveCost(BitOperations.Log2((uint)size - 1) + 1, 0, 0)
        + ChildrenOf((rank - root + size) % size, size).Count * CollectiveCost.OfPart(length);

    public static async ValueTask RunAsync(CollectiveCall call, Memory<float> vector, int root)
    {
        int virtualRank = (call.Rank - root + call.Size) % call.Size;
        List<int> children = ChildrenOf(virtualRank, call.Size);
        int parent = (virtualRank & (virtualRank - 1)) + root;
        for (int segment = 0; segment < Segments.CountOf(vector.Length); segment++)
        {
            if (virtualRank != 0)
            {
                using Message message = await call.ReceiveSegmentAsync(parent % call.Size, vector.Length, segment);
                CollectiveCall.FloatsOf(message, vector.Length, segment).CopyTo(vector.Span[Segments.Of(segment, vector.Length)]);
            }
            foreach (int child in children) call.SendSegment((child + root) % call.Size, vector, segment);
        }
    }

    // Largest subtree first: it has the longest way to go.
    private static List<int> ChildrenOf(int virtualRank, int size)
    {
        var children = new List<int>();
        int below = virtualRank == 0 ? (int)BitOperations.RoundUpToPowerOf2((uint)size) : virtualRank & -virtualRank;
        for (int distance = below / 2; distance >= 1; distance /= 2)
            if (virtualRank + distance < size) children.Add(virtualRank + distance);
        return children;
    }
}
