using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Rubato.Data;

namespace Rubato.Tests.Data;

/// <summary>Small data files in memory, and what is to be done to them.</summary>
internal static class DataBytes
{
    public static byte[] Idx(params int[] sizes) => IdxOf(sizes, [.. Enumerable.Range(0, sizes.Aggregate(1, (a, b) => a * b)).Select(i => (byte)(i * 7))]);

    public static byte[] IdxOf(int[] sizes, byte[] elements)
    {
        var bytes = new byte[4 + 4 * sizes.Length + elements.Length];
        (bytes[2], bytes[3]) = (8, (byte)sizes.Length);
        for (int i = 0; i < sizes.Length; i++) BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + 4 * i), sizes[i]);
        elements.CopyTo(bytes, 4 + 4 * sizes.Length);
        return bytes;
    }

    public static byte[] Cifar(int records)
    {
        var bytes = new byte[records * 3073];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = i % 3073 == 0 ? (byte)(i / 3073 % 10) : (byte)(i * 31);
        return bytes;
    }

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Compress(byte[] bytes)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
        return compressed.ToArray();
    }

    public static DataStream Open(byte[] bytes, string path = "some.file") => new(new MemoryStream(bytes), path);

    public static Batch ReadAll(SampleSet set)
    {
        var batch = new Batch();
        set.Read([.. Enumerable.Range(0, set.Count)], batch);
        return batch;
    }
}
