using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Rubato.Training;

/// <summary>Floats as the bytes that files and messages carry: little-endian on every machine.</summary>
internal static class LittleEndianFloats
{
    /// <summary>Writes the values to the first 4 × length bytes.</summary>
    public static void Write(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        MemoryMarshal.AsBytes(values).CopyTo(bytes);
        if (!BitConverter.IsLittleEndian) Reverse(MemoryMarshal.Cast<byte, int>(bytes[..(values.Length * sizeof(float))]));
    }

    /// <summary>Reads as many values as fit into <paramref name="values"/>; there must be as many bytes.</summary>
    public static void Read(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        bytes.CopyTo(MemoryMarshal.AsBytes(values));
        if (!BitConverter.IsLittleEndian) Reverse(MemoryMarshal.Cast<float, int>(values));
    }

    private static void Reverse(Span<int> words) => BinaryPrimitives.ReverseEndianness(words, words);
}
