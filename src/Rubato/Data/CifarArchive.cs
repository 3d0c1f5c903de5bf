using System.Formats.Tar;

namespace Rubato.Data;

/// <summary>Reads CIFAR-10 out of its published archive, a gzip-compressed tar, without unpacking it to disk.</summary>
internal static class CifarArchive
{
    public const string FileName = "cifar-10-binary.tar.gz";

    public static readonly string[] TrainFiles = ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"];

    public const string TestFile = "test_batch.bin";

    public static Dataset Load(string name, DataStream stream, PixelScaling scaling)
    {
        Dictionary<string, (byte[] Pixels, int[] Labels)> parts = ReadEntries(stream);
        foreach (string file in TrainFiles.Append(TestFile))
            if (!parts.ContainsKey(file)) throw stream.Problem($"the archive ends without its file {file}. Fetch it again.");
        (byte[] pixels, int[] labels) = ImageFiles.Join([.. TrainFiles.Select(file => parts[file])]);
        return ImageFiles.OfCifar(name, pixels, labels, parts[TestFile].Pixels, parts[TestFile].Labels, scaling);
    }

    private static Dictionary<string, (byte[] Pixels, int[] Labels)> ReadEntries(DataStream stream)
    {
        var parts = new Dictionary<string, (byte[], int[])>(StringComparer.Ordinal);
        try
        {
            using var tar = new TarReader(stream, leaveOpen: true);
            while (tar.GetNextEntry() is { } entry)
            {
                string file = entry.Name.Split('/')[^1];
                if (entry.DataStream is { } content && (file == TestFile || TrainFiles.Contains(file)))
                    parts[file] = CifarReader.Read(content, stream, entry.Length);
            }
        }
        catch (Exception damage) when (damage is InvalidDataException or IOException or FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            throw new DataFormatException(stream.Path, $"byte {stream.Position}", $"the tar archive is damaged here ({damage.Message}). Fetch it again.", damage);
        }
        return parts;
    }
}
