using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Rubato.Numerics;

/// <summary>The Philox 4×32-10 bijection: a counter of four words under a key of two becomes four random words.</summary>
/// <remarks>Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.</remarks>
internal static class Philox
{
    private const ulong Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    private const ulong Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>Four words of a counter.</summary>
    [InlineArray(4)]
    internal struct Words
    {
        private uint _first;
    }

    /// <summary>The block of a counter.</summary>
    public static Words Block(Words counter, uint key0, uint key1)
    {
        uint c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = Multiplier0 * c0, p1 = Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ key0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ key1, (uint)p0);
            key0 += (uint)Weyl0;
            key1 += (uint)Weyl1;
        }
        (counter[0], counter[1], counter[2], counter[3]) = (c0, c1, c2, c3);
        return counter;
    }

    /// <summary>The block of a counter whose upper two words are zero.</summary>
    public static Words Block(ulong counter, ulong key)
    {
        Words words = default;
        (words[0], words[1]) = ((uint)counter, (uint)(counter >> 32));
        return Block(words, (uint)key, (uint)(key >> 32));
    }

    /// <summary>The blocks of consecutive counters, four words each; the length is a multiple of 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(ulong firstCounter, ulong key, Span<uint> words)
    {
        if (Avx2.IsSupported)
        {
            for (; words.Length >= 16; words = words[16..], firstCounter += 4) FourBlocks(firstCounter, key, words);
        }
        for (; words.Length >= 4; words = words[4..], firstCounter++)
        {
            Words block = Block(firstCounter, key);
            ((ReadOnlySpan<uint>)block).CopyTo(words);
        }
    }

    // One counter a 64-bit lane. The multiplication reads the lower halves only, so upper halves may hold anything until the end.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourBlocks(ulong firstCounter, ulong key, Span<uint> words)
    {
        Vector256<ulong> c0 = Vector256.Create(firstCounter) + Vector256<ulong>.Indices, c1 = c0 >>> 32;
        Vector256<ulong> c2 = default, c3 = default, low = Vector256.Create((ulong)uint.MaxValue);
        Vector256<uint> multiplier0 = Vector256.Create(Multiplier0).AsUInt32(), multiplier1 = Vector256.Create(Multiplier1).AsUInt32();
        uint key0 = (uint)key, key1 = (uint)(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            Vector256<ulong> p0 = Avx2.Multiply(multiplier0, c0.AsUInt32()), p1 = Avx2.Multiply(multiplier1, c2.AsUInt32());
            (c0, c1, c2, c3) = ((p1 >>> 32) ^ c1 ^ Vector256.Create((ulong)key0), p1, (p0 >>> 32) ^ c3 ^ Vector256.Create((ulong)key1), p0);
            key0 += (uint)Weyl0;
            key1 += (uint)Weyl1;
        }
        // Words 0 and 1 of each block, words 2 and 3 of each block, then block after block.
        Vector256<ulong> front = (c0 & low) | (c1 << 32), back = (c2 & low) | (c3 << 32);
        Vector256<ulong> even = Avx2.UnpackLow(front, back), odd = Avx2.UnpackHigh(front, back);
        Span<ulong> pairs = MemoryMarshal.Cast<uint, ulong>(words[..16]);
        Avx2.Permute2x128(even, odd, 0x20).CopyTo(pairs);
        Avx2.Permute2x128(even, odd, 0x31).CopyTo(pairs[4..]);
    }
}
