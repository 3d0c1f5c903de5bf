using Rubato.Configuration;
using Rubato.Data;

namespace Rubato.Tests.Data;

public sealed class ReaderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Idx_sizes_are_big_endian_and_elements_follow_in_order(bool compressed)
    {
        byte[] bytes = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255];

        IdxReader.IdxArray array = IdxReader.Read(DataBytes.Open(compressed ? DataBytes.Compress(bytes) : bytes));

        Assert.Equal([2, 3], array.Sizes);
        Assert.Equal([1, 2, 3, 4, 5, 255], array.Elements);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 8, 1, 0x7F, 0xFF, 0xFF, 0xFF, 1 }, "byte 4: size 1 of 1 is 2147483647")]
    [InlineData(new byte[] { 0, 0, 8, 2, 0x7F, 0, 0, 0, 0x7F, 0, 0, 0 }, "byte 4: size 1 of 2")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0xFF, 0xFF, 0xFF, 0xFF, 1 }, "byte 4: size 1 of 1 is 4294967295")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 0 }, "byte 4: size 1 of 1 is 0")]
    [InlineData(new byte[] { 0, 0, 13, 1, 0, 0, 0, 1, 0, 0, 0, 0 }, "byte 0: the file begins with 00000D01")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 1, 2 }, "byte 9: The 1 elements that the header announces end here")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 9, 1, 2 }, "byte 8: ", "byte 10: the file ends inside its 9 elements, which starts at byte 8 and goes on for 7 bytes more")]
    [InlineData(new byte[] { 0, 0 }, "byte 2: the file ends inside the IDX header")]
    public void A_wrong_idx_file_is_named_with_the_byte(byte[] bytes, params string[] anyOf)
    {
        var error = Assert.Throws<DataFormatException>(() => IdxReader.Read(DataBytes.Open(bytes, "x.idx")));

        Assert.Contains(anyOf, expected => error.Message.StartsWith($"x.idx, {expected}", StringComparison.Ordinal));
    }

    [Fact]
    public void Images_and_labels_that_do_not_belong_together_are_refused()
    {
        Assert.Contains("2 labels for the 3 images", Assert.Throws<DataFormatException>(() => IdxReader.ReadLabelled(
            DataBytes.Open(DataBytes.Idx(3, 2, 2)), DataBytes.Open(DataBytes.Idx(2)))).Message);
        Assert.Contains("Are these the labels?", Assert.Throws<DataFormatException>(() => IdxReader.ReadLabelled(
            DataBytes.Open(DataBytes.Idx(3)), DataBytes.Open(DataBytes.Idx(3)))).Message);
    }

    [Fact]
    public void A_cifar_record_is_a_label_and_three_planes()
    {
        (byte[] pixels, int[] labels) = CifarReader.Read(DataBytes.Open(DataBytes.Cifar(12)));

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1], labels);
        Assert.Equal(12 * 3072, pixels.Length);
        Assert.Equal(3074 * 31 % 256, pixels[3072]);
    }

    [Fact]
    public void A_wrong_cifar_label_is_named_with_its_record_and_byte()
    {
        byte[] bytes = DataBytes.Cifar(3);
        bytes[2 * 3073] = 10;

        Assert.StartsWith("c.bin, byte 6146: the label of record 2 is 10", Assert.Throws<DataFormatException>(() => CifarReader.Read(DataBytes.Open(bytes, "c.bin"))).Message);
    }

    [Theory]
    [InlineData("1,2,0\n3,4,1\n", "last")]
    [InlineData("1,2,0\r\n\r\n3,4,1", "3")]
    [InlineData("\uFEFF0,1,2\n1,3,4\n", "first")]
    [InlineData("a,class,b\n1,0,2\n3,1,4\n", "class")]
    [InlineData("\"a\",\"class\",\"b\"\n\"1\",\"0\",2\n3,1,4\n", "2")]
    public void Csv_gives_the_features_in_order_and_the_label_from_its_column(string text, string label)
    {
        (float[] features, LabelColumn labels, int columns) = CsvReader.Read(DataBytes.Open(DataBytes.Text(text)), new CsvOptions { Label = label });

        Assert.Equal([1f, 2f, 3f, 4f], features);
        Assert.Equal((2, 2), (columns, labels.Interpret().Own.Classes));
    }

    [Fact]
    public void Csv_labels_are_classes_when_whole_or_words_and_targets_when_not()
    {
        Assert.Equal([1, 0, 1], LabelsOf("1,5\n1,-2\n1,5\n"));
        Assert.Equal([1, 0, 1], LabelsOf("1,versicolor\n1,setosa\n1,versicolor\n"));
        (_, LabelColumn labels, _) = CsvReader.Read(DataBytes.Open(DataBytes.Text("1,0.5\n1,2\n")), new CsvOptions());
        Assert.Equal(0, labels.Interpret().Own.Classes);
        (_, LabelColumn forced, _) = CsvReader.Read(DataBytes.Open(DataBytes.Text("1,3\n1,2\n")), new CsvOptions { Target = TargetKind.Number });
        Assert.Equal(0, forced.Interpret().Own.Classes);
    }

    [Fact]
    public void Csv_separators_can_be_chosen()
    {
        (float[] features, _, int columns) = CsvReader.Read(DataBytes.Open(DataBytes.Text("1;2;0\n3;4;1")), new CsvOptions { Separator = CsvSeparator.Semicolon });

        Assert.Equal([1f, 2f, 3f, 4f], features);
        Assert.Equal(2, columns);
    }

    [Theory]
    [InlineData("1,2,0\n3,4\n", "line 2: the row has 2 fields, but the first one has 3")]
    [InlineData("1,2,0\n3,x,1\n", "line 2: field 2 is 'x'")]
    [InlineData("1,2,0\n3,,1\n", "line 2: field 2 is ''")]
    [InlineData("1,2,0\n3,nan,1\n", "line 2: field 2 is 'nan'")]
    [InlineData("1,2,0\n3,1e999,1\n", "line 2: field 2 is '1e999'")]
    [InlineData("1,2,0\n3,4,one\n", "line 2: the label is 'one', but the ones before are numbers")]
    [InlineData("1,2,0\n3,4,\n", "line 2: the label is missing")]
    [InlineData("1,2,0\n3,\"4,1\n", "line 2: the quote that opens field 2 is not closed")]
    [InlineData("1\n2\n", "line 1: the row has 1 field")]
    [InlineData("a,b,c\n", "line 1: the file holds no row but its header")]
    [InlineData("", "line 1: the file holds no row")]
    public void A_wrong_csv_line_is_named(string text, string expected) =>
        Assert.StartsWith($"x.csv, {expected}", Assert.Throws<DataFormatException>(
            () => CsvReader.Read(DataBytes.Open(DataBytes.Text(text), "x.csv"), new CsvOptions())).Message);

    [Fact]
    public void An_unknown_label_column_is_refused_with_the_columns_there_are() =>
        Assert.Contains("Write label=last, first, 1 to 3, or a name", Assert.Throws<InvalidRequestException>(
            () => CsvReader.Read(DataBytes.Open(DataBytes.Text("a,b,c\n1,2,3\n")), new CsvOptions { Label = "d" })).Message);

    [Fact]
    public void Libsvm_rows_hold_what_is_not_zero()
    {
        (SparseRows rows, LabelColumn labels, int features) =
            LibSvmReader.Read(DataBytes.Open(DataBytes.Text("-1 3:1 11:0.5 # comment\n\n+1 1:2 2:0\n-1\n")), TargetKind.Auto);
        var set = new SparseSampleSet(rows, labels.Interpret().Own, features);

        Batch batch = DataBytes.ReadAll(set);

        Assert.Equal((3, 11, 2), (set.Count, set.Shape.Size, set.Classes));
        Assert.Equal([0, 1, 0], batch.Labels.ToArray());
        Assert.Equal([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0.5f, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], batch.Features[..22].ToArray());
        Assert.All(batch.Features[22..].ToArray(), value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData("1 1:1\n1 0:1\n", "line 2: the index is 0, but indices run from 1")]
    [InlineData("1 99999999:1\n", "line 1: the index is 99999999")]
    [InlineData("1 2:1 2:1\n", "line 1: index 2 follows index 2")]
    [InlineData("1 2:1 1:1\n", "line 1: index 1 follows index 2")]
    [InlineData("1 qid:3 1:1\n", "line 1: 'qid:3' is not index:value")]
    [InlineData("1 1:\n", "line 1: '1:' is not index:value")]
    [InlineData("1 1:inf\n", "line 1: '1:inf' is not index:value")]
    [InlineData("one 1:1\n", "line 1: the label is 'one', but labels must be numbers")]
    [InlineData("1:1 2:1\n", "line 1: the line begins with '1:1'")]
    [InlineData("# nothing\n", "line 1: the file holds no sample")]
    public void A_wrong_libsvm_line_is_named(string text, string expected) =>
        Assert.StartsWith($"x, {expected}", Assert.Throws<DataFormatException>(
            () => LibSvmReader.Read(DataBytes.Open(DataBytes.Text(text), "x"), TargetKind.Auto)).Message);

    [Fact]
    public void A_line_longer_than_the_buffer_is_read_and_one_beyond_the_limit_is_refused()
    {
        string many = string.Join(',', Enumerable.Range(0, 100_000)) + ",1\n";
        (float[] features, _, int columns) = CsvReader.Read(DataBytes.Open(DataBytes.Text(many + many)), new CsvOptions());
        Assert.Equal((100_000, 200_000), (columns, features.Length));

        byte[] endless = DataBytes.Compress(new byte[TextLines.LongestLine * 2 + 2]);
        Assert.Contains("longer than", Assert.Throws<DataFormatException>(() => CsvReader.Read(DataBytes.Open(endless), new CsvOptions())).Message);
    }

    [Fact]
    public void More_labels_than_could_be_classes_need_a_word_from_the_user()
    {
        byte[] bytes = DataBytes.Text(string.Concat(Enumerable.Range(0, 1001).Select(i => $"1,{i}\n")));

        Assert.Contains("target=number", Assert.Throws<DataFormatException>(() => CsvReader.Read(DataBytes.Open(bytes), new CsvOptions()).Labels.Interpret()).Message);
        Assert.Equal(1001, CsvReader.Read(DataBytes.Open(bytes), new CsvOptions { Target = TargetKind.Class }).Labels.Interpret().Own.Classes);
    }

    private static int[] LabelsOf(string csv)
    {
        (_, LabelColumn labels, _) = CsvReader.Read(DataBytes.Open(DataBytes.Text(csv)), new CsvOptions());
        Outcomes outcomes = labels.Interpret().Own;
        return [.. Enumerable.Range(0, outcomes.Count).Select(outcomes.LabelOf)];
    }
}
