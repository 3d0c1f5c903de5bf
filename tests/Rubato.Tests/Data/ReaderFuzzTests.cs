using FsCheck;
using FsCheck.Fluent;
using Rubato.Data;

namespace Rubato.Tests.Data;

/// <summary>Whatever happens to a file, a reader reads it or says what is wrong with it; it never fails in another way.</summary>
public sealed class ReaderFuzzTests
{
    private const string Csv = "a,b,\"the \"\"label\"\"\"\n1,2.5,0\n-3,4e2,1\r\n\n0,0,1\n";
    private const string LibSvm = "+1 1:0.5 3:1 # why\n-1 2:-1e-3\n\n+1 1:1 2:1 3:1\n";

    private static readonly Dictionary<string, (byte[] Bytes, Action<DataStream> Read)> Readers = new()
    {
        ["idx"] = (DataBytes.Idx(3, 2, 2), stream => IdxReader.Read(stream)),
        ["cifar"] = (DataBytes.Cifar(2), stream => CifarReader.Read(stream)),
        ["csv"] = (DataBytes.Text(Csv), stream => CsvReader.Read(stream, new CsvOptions()).Labels.Interpret()),
        ["libsvm"] = (DataBytes.Text(LibSvm), stream => LibSvmReader.Read(stream, TargetKind.Auto).Labels.Interpret()),
        ["tar"] = (SmallArchive(), stream => CifarArchive.Load("cifar-10", stream, PixelScaling.Standardise([0, 0, 0], [1, 1, 1]))),
    };

    public static TheoryData<string, bool> Cases => PlainAndCompressed(Readers.Keys.Where(name => name != "tar"));

    public static TheoryData<string, bool> CasesWithTar => PlainAndCompressed(Readers.Keys);

    [Theory, MemberData(nameof(CasesWithTar))]
    public void An_intact_file_is_read(string reader, bool compressed) => Assert.Null(ErrorOf(reader, Bytes(reader, compressed)));

    [Theory, MemberData(nameof(Cases))]
    public void A_file_cut_off_anywhere_is_read_or_named_with_the_place(string reader, bool compressed)
    {
        byte[] bytes = Bytes(reader, compressed);
        for (int length = 0; length < bytes.Length; length++)
        {
            string? error = ErrorOf(reader, bytes[..length]);
            // Text has no announced length, so a cut at the end of a number or line cannot be told; everything else must be.
            bool mayPass = !compressed && reader is ("csv" or "libsvm");
            if (!mayPass && !(reader == "cifar" && length == 3073)) Assert.True(error is not null, $"{reader} cut to {length} of {bytes.Length} bytes was read");
        }
    }

    [Theory, MemberData(nameof(CasesWithTar))]
    public void A_file_with_flipped_bytes_is_read_or_named_with_the_place(string reader, bool compressed)
    {
        byte[] bytes = Bytes(reader, compressed);
        var flips = from position in Gen.Choose(0, Math.Min(bytes.Length, 4096) - 1) from value in Gen.Choose(1, 255) select (position, value);
        int runs = reader == "tar" ? 40 : 400;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(runs), Prop.ForAll(Gen.NonEmptyListOf(flips).ToArbitrary(), changes =>
        {
            byte[] changed = [.. bytes];
            foreach ((int position, int value) in changes) changed[position] ^= (byte)value;
            ErrorOf(reader, changed);
        }));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Arbitrary_bytes_are_read_or_named_with_the_place(string reader, bool compressed) =>
        Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(bytes => ErrorOf(reader, compressed ? DataBytes.Compress(bytes) : bytes)));

    private static TheoryData<string, bool> PlainAndCompressed(IEnumerable<string> readers)
    {
        var cases = new TheoryData<string, bool>();
        foreach (string reader in readers)
        {
            cases.Add(reader, false);
            cases.Add(reader, true);
        }
        return cases;
    }

    // Null if the file was read; any exception but the one for broken files fails the test.
    private static string? ErrorOf(string reader, byte[] bytes)
    {
        try
        {
            using DataStream stream = DataBytes.Open(bytes, "broken.file");
            Readers[reader].Read(stream);
            return null;
        }
        catch (DataFormatException damage)
        {
            Assert.StartsWith("broken.file, ", damage.Message, StringComparison.Ordinal);
            Assert.Matches("^(byte|line) [0-9]+$", damage.Place);
            return damage.Message;
        }
    }

    private static byte[] Bytes(string reader, bool compressed) =>
        compressed ? DataBytes.Compress(Readers[reader].Bytes) : Readers[reader].Bytes;

    private static byte[] SmallArchive() => CifarArchiveTests.Archive([.. CifarArchive.TrainFiles, CifarArchive.TestFile]);
}
