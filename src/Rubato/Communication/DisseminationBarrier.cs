using System.Numerics;

namespace Rubato.Communication;

/// <summary>In round k every rank signals the one 2^k to its right and waits for the one 2^k to its left.</summary>
/// <remarks>
/// Hensgen, Finkel and Manber, "Two algorithms for barrier synchronization", IJPP 17(1), 1988.
/// Steps: ⌈log₂ P⌉. A rank sends as many messages of 8 bytes (the stamp).
/// </remarks>
internal static class DisseminationBarrier
{
    public static CollectiveCost CostOf(int size)
    {
        int rounds = BitOperations.Log2((uint)size - 1) + 1;
        return new CollectiveCost(rounds, rounds, rounds * CallStamp.Size);
    }

    public static async ValueTask RunAsync(CollectiveCall call)
    {
        for (int distance = 1; distance < call.Size; distance *= 2)
        {
            call.SendSignal((call.Rank + distance) % call.Size);
            await call.ReceiveSignalAsync((call.Rank - distance + call.Size) % call.Size);
        }
    }
}
