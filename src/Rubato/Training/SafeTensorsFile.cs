using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Rubato.Training;

/// <summary>Tensors in the safetensors format: the header's length (u64, little-endian), a JSON header, then the data without gaps.</summary>
/// <remarks>
/// Each tensor's SHA-256 stands in <c>__metadata__</c> under <c>sha256:NAME</c>, which other readers ignore; this reader requires it, so that a
/// damaged file is noticed, and where. Every length is checked against the file's own before anything is allocated.
/// </remarks>
internal sealed class SafeTensorsFile
{
    private const string ChecksumPrefix = "sha256:";

    private SafeTensorsFile(IReadOnlyList<SafeTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        Tensors = tensors;
        Metadata = metadata;
    }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafeTensor> Tensors { get; }

    /// <summary>The free entries of <c>__metadata__</c>, checksums left out.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Writes a whole file.</summary>
    public static void Write(Stream output, IReadOnlyList<SafeTensor> tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        byte[] header = MakeHeader(tensors, metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        output.Write(length);
        output.Write(header);
        foreach (SafeTensor tensor in tensors) output.Write(BytesOf(tensor));
    }

    /// <summary>Reads a whole file and checks every byte of it.</summary>
    /// <exception cref="InvalidDataException">The file is truncated or damaged; the message names it and the offset.</exception>
    public static SafeTensorsFile Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return new SafeTensorsReader(path, file).Read((tensors, metadata) => new SafeTensorsFile(tensors, metadata));
    }

    internal static byte[] BytesOf(SafeTensor tensor)
    {
        var bytes = new byte[checked((int)tensor.Bytes)];
        if (tensor.Counter is { } counter) BinaryPrimitives.WriteInt64LittleEndian(bytes, counter);
        else LittleEndianFloats.Write(tensor.Floats.Span, bytes);
        return bytes;
    }

    internal static string ChecksumKey(string name) => ChecksumPrefix + name;

    internal static bool IsChecksumKey(string key) => key.StartsWith(ChecksumPrefix, StringComparison.Ordinal);

    internal static string Checksum(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] MakeHeader(IReadOnlyList<SafeTensor> tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach ((string key, string value) in metadata) json.WriteString(key, value);
            foreach (SafeTensor tensor in tensors) json.WriteString(ChecksumKey(tensor.Name), Checksum(BytesOf(tensor)));
            json.WriteEndObject();
            long offset = 0;
            foreach (SafeTensor tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type);
                json.WriteStartArray("shape");
                foreach (int extent in tensor.Shape) json.WriteNumberValue(extent);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Spaces bring the data to a multiple of 8, so that readers may map it.
        string padding = new(' ', (8 - buffer.WrittenCount % 8) % 8);
        buffer.Write(Encoding.ASCII.GetBytes(padding));
        return buffer.WrittenSpan.ToArray();
    }
}
