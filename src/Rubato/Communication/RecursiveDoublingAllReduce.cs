using System.Numerics;

namespace Rubato.Communication;

/// <summary>Partners at doubling distances exchange whole vectors: the fewest steps, for vectors whose latency outweighs their bytes.</summary>
/// <remarks>
/// Thakur, Rabenseifner and Gropp, "Optimization of collective communication operations in MPICH", IJHPCA 19(1), 2005, section 4.4.
/// Let p be the largest power of two up to P and r = P − p. The even ranks below 2r hand their vector to their odd neighbour and get the
/// result back from it; the others play log₂ p rounds. Steps: log₂ p, and 2 more where r > 0. A rank that plays sends log₂ p vectors of 4d + 8
/// bytes (odd ones below 2r one more), an even one below 2r sends one. All ranks end with the same bits: addition of two is commutative.
/// </remarks>
internal static class RecursiveDoublingAllReduce
{
    public static CollectiveCost CostOf(int rank, int size, int length)
    {
        int rounds = BitOperations.Log2((uint)size), rest = size - (1 << rounds);
        int vectors = rank >= 2 * rest ? rounds : rank % 2 == 0 ? 1 : rounds + 1;
        return new CollectiveCost(rounds + (rest > 0 ? 2 : 0), 0, 0) + vectors * CollectiveCost.OfPart(length);
    }

    public static async ValueTask RunAsync(CollectiveCall call, Memory<float> vector, ReduceOperation operation)
    {
        int players = 1 << BitOperations.Log2((uint)call.Size), rest = call.Size - players;
        bool folded = call.Rank < 2 * rest;
        if (folded && call.Rank % 2 == 0)
        {
            call.Send(call.Rank + 1, vector);
            await call.FlushAsync();
            await call.ReceiveAsync(call.Rank + 1, vector);
            return;
        }

        if (folded) await CombineAsync(call, call.Rank - 1, vector, operation);
        int player = folded ? call.Rank / 2 : call.Rank - rest;
        for (int distance = 1; distance < players; distance *= 2)
        {
            int partner = player ^ distance;
            int partnerRank = partner < rest ? 2 * partner + 1 : partner + rest;
            call.Send(partnerRank, vector);
            // The partner's vector may come before ours has left, and ours must not change until then.
            await call.FlushAsync();
            await CombineAsync(call, partnerRank, vector, operation);
        }
        Reduction.Finish(operation, vector.Span, call.Size);
        if (folded) call.Send(call.Rank - 1, vector);
    }

    private static async ValueTask CombineAsync(CollectiveCall call, int source, Memory<float> vector, ReduceOperation operation)
    {
        for (int segment = 0; segment < Segments.CountOf(vector.Length); segment++)
        {
            using Message message = await call.ReceiveSegmentAsync(source, vector.Length, segment);
            Reduction.Accumulate(
                operation, vector.Span[Segments.Of(segment, vector.Length)], CollectiveCall.FloatsOf(message, vector.Length, segment), position: 1);
        }
    }
}
