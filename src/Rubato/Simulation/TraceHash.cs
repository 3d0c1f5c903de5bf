using System.Globalization;
using System.Numerics;

namespace Rubato.Simulation;

/// <summary>A running hash of what happened when: messages that arrived and gradients that were done, in their order.</summary>
/// <remarks>128 bits in two lanes of multiply and rotate; made to tell two runs apart, not to withstand anybody.</remarks>
public sealed class TraceHash
{
    private ulong _a = 0x9E3779B97F4A7C15, _b = 0xC2B2AE3D27D4EB4F;

    /// <summary>Takes something in that happened.</summary>
    /// <param name="ticks">When, on the virtual clock.</param>
    /// <param name="what">Which endpoints, and whatever else tells it from others.</param>
    public void Add(long ticks, ulong what)
    {
        _a = BitOperations.RotateLeft(_a ^ (ulong)ticks, 29) * 0xBF58476D1CE4E5B9;
        _b = (BitOperations.RotateLeft(_b, 31) + (what ^ _a)) * 0x94D049BB133111EB;
    }

    /// <summary>The hash so far, cut to one word.</summary>
    internal ulong Digest => _a ^ _b;

    /// <summary>The hash so far, 32 hexadecimal digits.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_a:x16}{_b ^ (_b >> 32):x16}");
}
