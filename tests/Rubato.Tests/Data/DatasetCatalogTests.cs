using Rubato.Configuration;
using Rubato.Data;

namespace Rubato.Tests.Data;

public sealed class DatasetCatalogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rubato-data-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("", false)]
    [InlineData("", true)]
    [InlineData("fashion-mnist", true)]
    public void A_named_set_is_found_in_the_folder_or_its_sub_folder_plain_or_compressed(string subFolder, bool compressed)
    {
        WriteIdxSet(subFolder, compressed);

        Dataset set = DatasetCatalog.Load("fashion-mnist", _folder);

        Assert.Equal((6, 3, 10, new SampleShape(1, 28, 28)), (set.Train.Count, set.Test.Count, set.Classes, set.Shape));
        Assert.Equal((0 / 255f - 0.2860f) / 0.3530f, DataBytes.ReadAll(set.Train).Features[0], 5);
    }

    [Theory]
    [InlineData("fashion-mnist", "rubato data fetch fashion-mnist")]
    [InlineData("cifar-10", "rubato data fetch cifar-10")]
    [InlineData("cifar-10-subset", "--data-dir")]
    public void Missing_files_are_named_with_the_folder_and_the_fix(string name, string fix)
    {
        string message = Assert.Throws<InvalidRequestException>(() => DatasetCatalog.Load(name, _folder)).Message;

        Assert.Contains(_folder, message);
        Assert.Contains(fix, message);
    }

    [Fact]
    public void Cifar_is_read_from_its_batches_its_archive_or_its_subset()
    {
        Write(Path.Combine("cifar-10", CifarArchive.FileName), DataBytes.Compress(CifarArchiveTests.Archive([.. CifarArchive.TrainFiles, CifarArchive.TestFile])));
        Dataset archive = DatasetCatalog.Load("cifar-10", _folder);
        Assert.Equal((15, 6, 10), (archive.Train.Count, archive.Test.Count, archive.Classes));

        foreach (string file in CifarArchive.TrainFiles.Append(CifarArchive.TestFile)) Write(Path.Combine("cifar-10-batches-bin", file), DataBytes.Cifar(2));
        Assert.Equal((10, 2), (DatasetCatalog.Load("cifar-10", _folder).Train.Count, DatasetCatalog.Load("cifar-10", _folder).Test.Count));

        Write("train_jpeg75.first1000perclass.bin.gz", DataBytes.Compress(DataBytes.Cifar(20)));
        Write("test_jpeg75.first200perclass.bin.gz", DataBytes.Compress(DataBytes.Cifar(10)));
        Dataset subset = DatasetCatalog.Load("cifar-10-subset", _folder);
        Assert.Equal((20, 10, 10), (subset.Train.Count, subset.Test.Count, subset.Classes));
    }

    [Fact]
    public void Asking_for_the_whole_where_the_subset_lies_points_to_the_subset()
    {
        Write("train_jpeg75.first1000perclass.bin", DataBytes.Cifar(2));
        Write("test_jpeg75.first200perclass.bin", DataBytes.Cifar(2));

        Assert.Contains("ask for it as cifar-10-subset", Assert.Throws<InvalidRequestException>(() => DatasetCatalog.Load("cifar-10", _folder)).Message);
    }

    [Fact]
    public void A_damaged_file_is_a_wrong_request_that_names_file_and_place()
    {
        WriteIdxSet("", compressed: false);
        string path = Path.Combine(_folder, "train-labels-idx1-ubyte");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..10]);

        var error = Assert.Throws<InvalidRequestException>(() => DatasetCatalog.Load("mnist", _folder));

        Assert.StartsWith($"{path}, byte 10: ", error.Message, StringComparison.Ordinal);
        Assert.IsType<DataFormatException>(error.InnerException);
    }

    [Fact]
    public void A_csv_file_is_split_and_standardised_over_its_training_part()
    {
        string path = Write("some.csv", DataBytes.Text(string.Concat(Enumerable.Range(0, 50).Select(i => $"{i * 100},7,{i % 3}\n"))));

        Dataset set = DatasetCatalog.Load(path);
        Batch batch = DataBytes.ReadAll(set.Train);
        float[] first = [.. batch.Features.ToArray().Where((_, i) => i % 2 == 0)], constant = [.. batch.Features.ToArray().Where((_, i) => i % 2 == 1)];

        Assert.Equal((40, 10, 3, path), (set.Train.Count, set.Test.Count, set.Classes, set.Name));
        Assert.Equal(0, first.Average(), 4);
        Assert.Equal(1, first.Average(x => x * x), 4);
        Assert.All(constant, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Options_follow_the_path()
    {
        string path = Write("some.csv", DataBytes.Text("y;a\n0.5;1\n2;3\n1;5\n"));

        Dataset set = DatasetCatalog.Load($"{path}:label=y,separator=semicolon,standardise=false");

        Assert.Equal(0, set.Classes);
        Assert.Equal([1f, 3, 5], DataBytes.ReadAll(set.Train).Features.ToArray().Concat(DataBytes.ReadAll(set.Test).Features.ToArray()).Order());
        Assert.Contains("Did you mean 'label'?", Assert.Throws<InvalidRequestException>(() => DatasetCatalog.Load($"{path}:lable=y")).Message);
        Assert.Contains("Known: comma, semicolon, tab", Assert.Throws<InvalidRequestException>(() => DatasetCatalog.Load($"{path}:separator=x")).Message);
    }

    [Fact]
    public void A_libsvm_file_finds_its_test_file_and_both_share_features_and_classes()
    {
        string path = Write("a9a.gz", DataBytes.Compress(DataBytes.Text("-1 1:1\n+1 5:1\n-1 2:1\n")));
        Write("a9a.t", DataBytes.Text("+1 7:1\n"));

        Dataset set = DatasetCatalog.Load(path);

        Assert.Equal((3, 1, 2, 7), (set.Train.Count, set.Test.Count, set.Classes, set.Shape.Size));
        Assert.Equal((0, 1, 1), (set.Train.LabelOf(0), set.Train.LabelOf(1), set.Test.LabelOf(0)));
    }

    [Fact]
    public void Image_files_and_folders_are_read_by_path()
    {
        WriteIdxSet("", compressed: true);
        string file = Path.Combine(_folder, "t10k-images-idx3-ubyte.gz");

        Assert.Equal((6, 3), CountsOf(DatasetCatalog.Load(_folder)));
        Assert.Equal((6, 3), CountsOf(DatasetCatalog.Load(Path.Combine(_folder, "train-images-idx3-ubyte.gz"))));
        Assert.Equal((2, 1), CountsOf(DatasetCatalog.Load(file)));
        Assert.Contains("Name it …images…", Assert.Throws<InvalidRequestException>(() => DatasetCatalog.Load(Write("other.idx", DataBytes.Idx(2, 2, 2)))).Message);
        Assert.Equal((4, 1), CountsOf(DatasetCatalog.Load(Write("some.bin.gz", DataBytes.Compress(DataBytes.Cifar(5))))));
        Assert.Contains("takes none", Assert.Throws<InvalidRequestException>(() => DatasetCatalog.Load(file + ":label=first")).Message);
    }

    [Theory]
    [InlineData("digit", "Did you mean 'digits'?")]
    [InlineData("fashion_mnist", "Did you mean 'fashion-mnist'?")]
    [InlineData("./no/such.csv", "There is no data set, file or folder './no/such.csv'")]
    [InlineData("", "has no name")]
    public void An_unknown_name_gets_the_nearest(string name, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidRequestException>(() => DatasetCatalog.Load(name, _folder)).Message);

    [Fact]
    public void A_folder_or_file_of_no_known_format_is_refused()
    {
        Assert.Contains("holds no data set", Assert.Throws<InvalidRequestException>(() => DatasetCatalog.Load(_folder)).Message);
        Assert.Contains("cannot be told", Assert.Throws<InvalidRequestException>(() => DatasetCatalog.Load(Write("notes", DataBytes.Text("hello\n")))).Message);
    }

    [Fact]
    public void The_folder_is_the_argument_or_else_the_variable_or_else_application_data()
    {
        Assert.Equal("given", DataDirectory.Resolve("given", _ => "named"));
        Assert.Equal("named", DataDirectory.Resolve(null, name => name == "RUBATO_DATA" ? "named" : null));
        Assert.EndsWith(Path.Combine("rubato", "data"), DataDirectory.Resolve(null, _ => null), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_listed_set_but_the_subset_can_be_had()
    {
        foreach (DatasetDescription set in DatasetCatalog.All.Where(set => set.Name is not "digits"))
            Assert.Contains("are missing", Assert.Throws<InvalidRequestException>(() => DatasetCatalog.Load(set.Name, _folder)).Message);
        Dataset digits = DatasetCatalog.Load("digits");
        Assert.Equal((DatasetCatalog.All[0].Shape, DatasetCatalog.All[0].Classes), (digits.Shape, digits.Classes));
    }

    private static (int Train, int Test) CountsOf(Dataset set) => (set.Train.Count, set.Test.Count);

    private string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? _folder);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private void WriteIdxSet(string subFolder, bool compressed)
    {
        (string, byte[])[] files =
        [
            ("train-images-idx3-ubyte", DataBytes.Idx(6, 28, 28)), ("train-labels-idx1-ubyte", DataBytes.IdxOf([6], [9, 8, 0, 1, 2, 3])),
            ("t10k-images-idx3-ubyte", DataBytes.Idx(3, 28, 28)), ("t10k-labels-idx1-ubyte", DataBytes.IdxOf([3], [0, 1, 9])),
        ];
        foreach ((string name, byte[] bytes) in files)
            Write(Path.Combine(subFolder, compressed ? name + ".gz" : name), compressed ? DataBytes.Compress(bytes) : bytes);
    }
}
