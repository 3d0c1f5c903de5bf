using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Rubato.Data;

namespace Rubato.Tests.Data;

public sealed class DigitsTests
{
    [Fact]
    public void Written_as_text_the_digits_are_byte_for_byte_the_published_file()
    {
        (byte[] pixels, int[] digits) = Digits.Decode();
        var text = new StringBuilder();
        for (int sample = 0; sample < digits.Length; sample++)
        {
            foreach (byte pixel in pixels.AsSpan(sample * 64, 64)) text.Append(pixel).Append(',');
            text.Append(CultureInfo.InvariantCulture, $"{digits[sample]}\n");
        }

        byte[] file = Encoding.ASCII.GetBytes(text.ToString());

        Assert.Equal(264_712, file.Length);
        Assert.Equal("6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8", Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    [Fact]
    public void Every_digit_occurs_as_often_as_published() =>
        Assert.Equal([178, 182, 177, 183, 181, 182, 181, 179, 174, 180], LabelsOf(DatasetCatalog.Load("digits")).CountBy(l => l).OrderBy(p => p.Key).Select(p => p.Value));

    [Fact]
    public void The_split_is_fixed_and_gives_every_digit_its_share()
    {
        Dataset digits = DatasetCatalog.Load("digits");

        Assert.Equal((1437, 360, 10), (digits.Train.Count, digits.Test.Count, digits.Classes));
        Assert.All(Enumerable.Range(0, 10), digit => Assert.InRange(Enumerable.Range(0, 360).Count(i => digits.Test.LabelOf(i) == digit), 34, 38));
        Assert.StartsWith("041f0b8f84b2f65ffd11dc1fabf00aa2e81ec6110", Hash(digits.Test), StringComparison.Ordinal);
    }

    [Fact]
    public void Features_are_standardised_to_the_whole_set()
    {
        Dataset digits = DatasetCatalog.Load("digits");
        float[] all = [.. ReadAll(digits.Train).Features, .. ReadAll(digits.Test).Features];

        double mean = all.Average(x => (double)x), deviation = Math.Sqrt(all.Average(x => (x - mean) * (x - mean)));

        Assert.Equal(new SampleShape(1, 8, 8), digits.Shape);
        Assert.Equal(0, mean, 3);
        Assert.Equal(1, deviation, 3);
        Assert.Equal(17, all.Distinct().Count());
    }

    private static IEnumerable<int> LabelsOf(Dataset data) =>
        Enumerable.Range(0, data.Train.Count).Select(data.Train.LabelOf).Concat(Enumerable.Range(0, data.Test.Count).Select(data.Test.LabelOf));

    private static Batch ReadAll(SampleSet set)
    {
        var batch = new Batch();
        set.Read([.. Enumerable.Range(0, set.Count)], batch);
        return batch;
    }

    private static string Hash(SampleSet set)
    {
        Batch batch = ReadAll(set);
        byte[] levels = [.. batch.Features.ToArray().Select(x => (byte)MathF.Round(x * 6.017f + 4.884f))];
        return Convert.ToHexStringLower(SHA256.HashData([.. levels, .. MemoryMarshal.AsBytes(batch.Labels)]));
    }
}
