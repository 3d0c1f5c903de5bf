using Rubato.Numerics;

namespace Rubato.Simulation;

/// <summary>Delays messages beyond what their links need: some at random, so that they overtake each other, and all that would cross a partition.</summary>
/// <remarks>A connection that is cut for a while loses nothing: what was sent arrives when it is whole again, as a retransmission would.</remarks>
/// <param name="delays">The random delays.</param>
/// <param name="partitions">The cuts.</param>
/// <param name="random">Draws who is delayed, and by how much.</param>
public sealed class MessageDisturbance(IReadOnlyList<Fault.Delay> delays, IReadOnlyList<Fault.Partition> partitions, RandomStream random)
{
    /// <summary>The disturbance that some faults come to; null where none of them touches messages.</summary>
    public static MessageDisturbance? Of(IReadOnlyList<Fault> faults, ulong seed)
    {
        Fault.Delay[] delays = [.. faults.OfType<Fault.Delay>()];
        Fault.Partition[] partitions = [.. faults.OfType<Fault.Partition>()];
        return delays.Length + partitions.Length == 0 ? null
            : new MessageDisturbance(delays, partitions, RandomStream.Create(seed, "message delays"));
    }

    /// <summary>When a message arrives that its links would have delivered at a time, both in ticks of the virtual clock.</summary>
    internal long Delay(int from, int to, long arrival)
    {
        foreach (Fault.Delay delay in delays)
            if (random.NextDouble() < delay.Probability) arrival += (long)(-Math.Log(1 - random.NextDouble()) * delay.Mean.Ticks);
        foreach (Fault.Partition cut in partitions)
        {
            bool crosses = IsInside(cut, from) != IsInside(cut, to);
            if (crosses && arrival >= cut.At.Ticks && arrival < (cut.At + cut.Duration).Ticks) arrival = (cut.At + cut.Duration).Ticks;
        }
        return arrival;
    }

    private static bool IsInside(Fault.Partition cut, int endpoint) => endpoint >= cut.First && endpoint <= cut.Last;
}
