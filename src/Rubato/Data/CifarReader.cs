namespace Rubato.Data;

/// <summary>Reads CIFAR-10's binary format: records of one label byte and 3 × 32 × 32 pixel bytes, plane by plane.</summary>
/// <remarks>A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.</remarks>
internal static class CifarReader
{
    public const int Classes = 10, RecordBytes = 3073;

    public static readonly SampleShape Shape = new(3, 32, 32);

    private const int Pixels = RecordBytes - 1;

    /// <summary>Reads all records of one file.</summary>
    public static (byte[] Pixels, int[] Labels) Read(DataStream stream) => Read(stream, stream, stream.MostBytes);

    /// <summary>Reads records from part of a file (an archive's entry).</summary>
    /// <param name="part">Where the records are read from.</param>
    /// <param name="file">The file that errors name, at the place it has reached.</param>
    /// <param name="expectedBytes">What the part's length is thought to be; memory grows with what is really read.</param>
    public static (byte[] Pixels, int[] Labels) Read(Stream part, DataStream file, long expectedBytes)
    {
        int mostRecords = Array.MaxLength / Pixels;
        var pixels = new byte[Pixels * Math.Clamp(expectedBytes / RecordBytes, 1, 10_000)];
        List<int> labels = [];
        var record = new byte[RecordBytes];
        while (part.ReadAtLeast(record, RecordBytes, throwOnEndOfStream: false) is var read and > 0)
        {
            if (read < RecordBytes)
                throw file.Problem($"the last record has {read} bytes, but a CIFAR record has {RecordBytes}. The file is truncated or not CIFAR binary; fetch or copy it again.");
            if (record[0] >= Classes)
            {
                throw new DataFormatException(file.Path, $"byte {file.Position - RecordBytes}",
                    $"the label of record {labels.Count} is {record[0]}, but CIFAR-10 labels are 0 to {Classes - 1}. The file is corrupt or not CIFAR-10 binary.");
            }
            if (labels.Count == mostRecords) throw file.Problem($"there are more than {mostRecords} records, as many as fit into one array. Divide the file.");
            int at = Pixels * labels.Count;
            if (at == pixels.Length) Array.Resize(ref pixels, (int)Math.Min(2L * pixels.Length, (long)mostRecords * Pixels));
            record.AsSpan(1).CopyTo(pixels.AsSpan(at));
            labels.Add(record[0]);
        }
        if (labels.Count == 0) throw file.Problem("the file holds no record. Fetch or copy it again.");
        Array.Resize(ref pixels, Pixels * labels.Count);
        return (pixels, [.. labels]);
    }
}
