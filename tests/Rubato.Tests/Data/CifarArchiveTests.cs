using System.Formats.Tar;
using Rubato.Data;

namespace Rubato.Tests.Data;

public sealed class CifarArchiveTests
{
    private static readonly PixelScaling Unscaled = new([1, 1, 1], [0, 0, 0]);

    [Fact]
    public void The_archive_is_read_without_unpacking_and_in_the_order_of_the_batches()
    {
        using DataStream stream = DataBytes.Open(DataBytes.Compress(Archive(["test_batch.bin", "data_batch_5.bin", .. CifarArchive.TrainFiles[..4]])));

        Dataset set = CifarArchive.Load("cifar-10", stream, Unscaled);

        // The number of records is the file's place in the archive, so the order can be told from the labels.
        Assert.Equal((3 + 4 + 5 + 6 + 2, 1, 10), (set.Train.Count, set.Test.Count, set.Classes));
        Assert.Equal([0, 1, 2, 0, 1, 2, 3, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 0, 1], Enumerable.Range(0, set.Train.Count).Select(set.Train.LabelOf));
    }

    [Fact]
    public void An_archive_without_one_of_its_files_is_named()
    {
        using DataStream stream = DataBytes.Open(Archive(CifarArchive.TrainFiles), "c.tar.gz");

        Assert.Contains("test_batch.bin", Assert.Throws<DataFormatException>(() => CifarArchive.Load("cifar-10", stream, Unscaled)).Message);
    }

    internal static byte[] Archive(string[] files)
    {
        var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            for (int i = 0; i < files.Length; i++)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"cifar-10-batches-bin/{files[i]}") { DataStream = new MemoryStream(DataBytes.Cifar(i + 1)) });
        }
        return bytes.ToArray();
    }
}
