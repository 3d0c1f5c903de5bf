using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Rubato.Transports.Tcp;

/// <summary>The checksum of frames: 32 multiplying lanes, folded by CRC-32C, which also takes what does not fill them.</summary>
/// <remarks>
/// <para>Word i of 64 bits (little-endian) of the whole blocks of 256 bytes goes to lane i mod 32, which becomes rotate(lane xor word, 31) · prime, modulo 2⁶⁴; lane k begins
/// as k + 1. A step is a bijection of the lane and of the word, so a fault within one word always changes its lane's 64 bits; the rotation keeps faults in
/// high bits from cancelling out. Then CRC-32C runs over the lanes in order, if there are any blocks, and over the rest of the bytes.</para>
/// <para>One CRC instruction eats 8 bytes a cycle at best; the lanes are four vectors of 512 bits, several times as fast, so that a large message is
/// read at the speed of its memory. It guards against faults, not against forgers.</para>
/// </remarks>
internal static class FrameChecksum
{
    private const ulong Prime = 0x9E3779B185EBCA87;
    private const int VectorBytes = 64, BlockBytes = 4 * VectorBytes;

    public static uint Of(ReadOnlySpan<byte> data)
    {
        uint sum = uint.MaxValue;
        if (data.Length >= BlockBytes)
        {
            Span<ulong> lanes = stackalloc ulong[BlockBytes / sizeof(ulong)];
            int whole = data.Length & -BlockBytes;
            MixBlocks(data[..whole], lanes);
            foreach (ulong lane in lanes) sum = BitOperations.Crc32C(sum, lane);
            data = data[whole..];
        }
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (ulong word in words) sum = BitOperations.Crc32C(sum, word);
        foreach (byte b in data[(words.Length * sizeof(ulong))..]) sum = BitOperations.Crc32C(sum, b);
        return ~sum;
    }

    private static void MixBlocks(ReadOnlySpan<byte> blocks, Span<ulong> lanes)
    {
        Vector512<ulong> a = Vector512.CreateSequence<ulong>(1, 1), b = Vector512.CreateSequence<ulong>(9, 1),
            c = Vector512.CreateSequence<ulong>(17, 1), d = Vector512.CreateSequence<ulong>(25, 1);
        for (; blocks.Length >= BlockBytes; blocks = blocks[BlockBytes..])
        {
            a = Mix(a, blocks);
            b = Mix(b, blocks[VectorBytes..]);
            c = Mix(c, blocks[(2 * VectorBytes)..]);
            d = Mix(d, blocks[(3 * VectorBytes)..]);
        }
        a.CopyTo(lanes);
        b.CopyTo(lanes[8..]);
        c.CopyTo(lanes[16..]);
        d.CopyTo(lanes[24..]);
    }

    private static Vector512<ulong> Mix(Vector512<ulong> lanes, ReadOnlySpan<byte> words)
    {
        Vector512<ulong> mixed = lanes ^ Vector512.Create(words).AsUInt64();
        return ((mixed << 31) | (mixed >>> 33)) * Vector512.Create(Prime);
    }
}
