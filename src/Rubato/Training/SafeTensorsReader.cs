using System.Buffers.Binary;
using System.Text.Json;

namespace Rubato.Training;

/// <summary>Reads one safetensors file, believing none of its numbers before they were held against the file's length.</summary>
internal sealed class SafeTensorsReader(string path, Stream file)
{
    // The limit of the format's reference implementation.
    private const long LargestHeader = 100_000_000;
    private readonly long _fileLength = file.Length;

    public SafeTensorsFile Read(Func<IReadOnlyList<SafeTensor>, IReadOnlyDictionary<string, string>, SafeTensorsFile> create)
    {
        byte[] lengthBytes = ReadBytes(8, "the header's length");
        long headerLength = BinaryPrimitives.ReadInt64LittleEndian(lengthBytes);
        if (headerLength < 2 || headerLength > Math.Min(LargestHeader, _fileLength - 8))
            throw Damaged(0, $"the header is said to be {headerLength} bytes long, but {Math.Max(0, _fileLength - 8)} bytes follow");
        byte[] header = ReadBytes((int)headerLength, "the header");
        try
        {
            using var json = JsonDocument.Parse(header);
            return ReadTensors(json.RootElement, dataStart: 8 + headerLength, create);
        }
        catch (JsonException broken)
        {
            throw Damaged(8 + (broken.BytePositionInLine ?? 0), "the header is no JSON", broken);
        }
        catch (Exception broken) when (broken is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // JsonElement's way of saying that a value has another kind than asked for, is missing, or does not fit.
            throw Damaged(8, $"the header does not describe tensors ({broken.Message})", broken);
        }
    }

    private SafeTensorsFile ReadTensors(
        JsonElement header, long dataStart, Func<IReadOnlyList<SafeTensor>, IReadOnlyDictionary<string, string>, SafeTensorsFile> create)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var entries = new List<(string Name, JsonElement Value, long Start, long End)>();
        foreach (JsonProperty property in header.EnumerateObject())
        {
            if (property.Name == "__metadata__")
            {
                foreach (JsonProperty entry in property.Value.EnumerateObject()) metadata[entry.Name] = entry.Value.GetString() ?? "";
                continue;
            }
            JsonElement offsets = property.Value.GetProperty("data_offsets");
            if (offsets.GetArrayLength() != 2) throw Damaged(8, $"tensor '{property.Name}' has {offsets.GetArrayLength()} offsets instead of 2");
            entries.Add((property.Name, property.Value, offsets[0].GetInt64(), offsets[1].GetInt64()));
        }

        var tensors = new List<SafeTensor>(entries.Count);
        long at = 0;
        foreach (var (name, value, start, end) in entries.OrderBy(entry => entry.Start).ThenBy(entry => entry.End))
        {
            if (start != at || end < start)
                throw Damaged(dataStart + at, $"tensor '{name}' is said to lie at {start}…{end} of the data, but {at} is the next free place");
            if (end > _fileLength - dataStart)
                throw Damaged(_fileLength, $"the file ends inside tensor '{name}', whose data go on to byte {dataStart + end}");
            tensors.Add(ReadTensor(name, value, dataStart + start, end - start, metadata.GetValueOrDefault(SafeTensorsFile.ChecksumKey(name))));
            at = end;
        }
        if (dataStart + at != _fileLength) throw Damaged(dataStart + at, $"{_fileLength - dataStart - at} bytes follow the last tensor");
        return create(tensors, metadata.Where(entry => !SafeTensorsFile.IsChecksumKey(entry.Key)).ToDictionary(StringComparer.Ordinal));
    }

    private SafeTensor ReadTensor(string name, JsonElement value, long offset, long length, string? checksum)
    {
        string type = value.GetProperty("dtype").GetString() ?? "";
        int[] shape = [.. value.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt32())];
        int size = type switch
        {
            "F32" => sizeof(float),
            "I64" when shape.Length == 0 => sizeof(long),
            _ => throw Damaged(8, $"tensor '{name}' has type {type} with {shape.Length} dimensions, but checkpoints hold F32 tensors and single I64 values"),
        };
        // As double: a product of claimed dimensions must neither overflow nor be believed.
        double claimed = shape.Aggregate((double)size, (product, extent) => product * extent);
        if (claimed != length || length > Array.MaxLength || shape.Any(extent => extent < 0))
            throw Damaged(offset, $"tensor '{name}' of shape [{string.Join(", ", shape)}] has {length} bytes of data");
        byte[] bytes = ReadBytes((int)length, $"tensor '{name}'");
        if (checksum is null) throw Damaged(8, $"tensor '{name}' has no checksum");
        if (SafeTensorsFile.Checksum(bytes) != checksum)
            throw Damaged(offset, $"the {length} bytes of tensor '{name}' do not have their checksum");
        if (type == "I64") return SafeTensor.Of(name, BinaryPrimitives.ReadInt64LittleEndian(bytes));
        var floats = new float[length / sizeof(float)];
        LittleEndianFloats.Read(bytes, floats);
        return SafeTensor.Of(name, floats, shape);
    }

    private byte[] ReadBytes(int count, string what)
    {
        if (count > _fileLength - file.Position) throw Damaged(_fileLength, $"the file ends inside {what}");
        var bytes = new byte[count];
        file.ReadExactly(bytes);
        return bytes;
    }

    private InvalidDataException Damaged(long offset, string what, Exception? inner = null) =>
        new($"'{path}' is damaged at byte {offset} of {_fileLength}: {what}.", inner);
}
