using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Rubato.Transports.Tcp;

/// <summary>The checksum of frames: CRC-32C in four interleaved lanes.</summary>
/// <remarks>
/// One CRC instruction takes three cycles but a new one can start in each, so four independent lanes (word i goes to lane i mod 4)
/// run several times as fast as one. The lanes' sums are folded into one, then the rest of the bytes follows. Detects what CRC-32C detects within a
/// lane; it guards against faults, not against forgers.
/// </remarks>
internal static class FrameChecksum
{
    public static uint Of(ReadOnlySpan<byte> data)
    {
        uint lane0 = uint.MaxValue, lane1 = lane0, lane2 = lane0, lane3 = lane0;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(data);
        int i = 0;
        for (; i <= words.Length - 4; i += 4)
        {
            lane0 = BitOperations.Crc32C(lane0, LittleEndian(words[i]));
            lane1 = BitOperations.Crc32C(lane1, LittleEndian(words[i + 1]));
            lane2 = BitOperations.Crc32C(lane2, LittleEndian(words[i + 2]));
            lane3 = BitOperations.Crc32C(lane3, LittleEndian(words[i + 3]));
        }
        // A sum of its own over the lanes: folding lane 1 straight into lane 0 would not notice that the two were swapped.
        uint sum = BitOperations.Crc32C(uint.MaxValue, lane0 | (ulong)lane1 << 32);
        sum = BitOperations.Crc32C(sum, lane2 | (ulong)lane3 << 32);
        foreach (byte b in data[(i * sizeof(ulong))..]) sum = BitOperations.Crc32C(sum, b);
        return ~sum;
    }

    private static ulong LittleEndian(ulong word) => BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
}
