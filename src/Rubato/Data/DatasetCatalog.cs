using Rubato.Configuration;

namespace Rubato.Data;

/// <summary>Finds and loads data sets by name or path.</summary>
/// <remarks>
/// Named sets are standardised by published constants, (byte / 255 − mean) / deviation with one pair a channel: Fashion-MNIST 0.2860, 0.3530; MNIST
/// 0.1307, 0.3081; CIFAR-10 (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616), its subset too. Other images are standardised by what is
/// measured over them. <c>cifar-10-subset</c> trains on the 10,000 and tests on the 2,000 images that a subset decoded from JPEG holds in
/// <c>train_jpeg75.first1000perclass.bin</c> and <c>test_jpeg75.first200perclass.bin</c>; it has a name of its own because its accuracies are not CIFAR-10's.
/// </remarks>
public static class DatasetCatalog
{
    private static readonly PixelScaling FashionScaling = PixelScaling.Standardise([0.2860f], [0.3530f]);
    private static readonly PixelScaling MnistScaling = PixelScaling.Standardise([0.1307f], [0.3081f]);
    private static readonly PixelScaling CifarScaling = PixelScaling.Standardise([0.4914f, 0.4822f, 0.4465f], [0.2470f, 0.2435f, 0.2616f]);

    private static readonly string[] IdxFiles =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    private static readonly string[] SubsetFiles = ["train_jpeg75.first1000perclass.bin", "test_jpeg75.first200perclass.bin"];

    /// <summary>The named data sets, in the order in which they are listed.</summary>
    public static IReadOnlyList<DatasetDescription> All { get; } =
    [
        new("digits", "1,437 + 360 handwritten digits, built in", new(1, 8, 8), 10, "mean 4.884, deviation 6.017 (levels 0 to 16)"),
        new("fashion-mnist", "60,000 + 10,000 images of clothes", new(1, 28, 28), 10, "mean 0.2860, deviation 0.3530"),
        new("mnist", "60,000 + 10,000 handwritten digits", new(1, 28, 28), 10, "mean 0.1307, deviation 0.3081"),
        new("cifar-10", "50,000 + 10,000 colour photographs", new(3, 32, 32), 10, "mean 0.4914 0.4822 0.4465, deviation 0.2470 0.2435 0.2616"),
        new("cifar-10-subset", "10,000 + 2,000 of CIFAR-10, decoded from JPEG", new(3, 32, 32), 10, "as cifar-10"),
    ];

    /// <summary>Loads a data set by its name, or from a file or folder.</summary>
    /// <param name="nameOrPath">
    /// A name of <see cref="All"/>; one of <see cref="GeneratedDatasets"/> with options; or the path of a .csv, .libsvm, .idx or .bin file (each also .gz), for text files with options:
    /// <c>data.csv:label=first,target=number</c>; or of a folder of MNIST's or CIFAR-10's files. Where a file has no test file beside it
    /// (<c>t10k-…</c> for <c>train-…</c>, <c>a9a.t</c> for <c>a9a</c>), a fifth of its samples, always the same ones, is the test part.
    /// </param>
    /// <param name="dataDirectory">Where the files of named sets lie, or lie in a sub-folder of the set's name; null for <see cref="DataDirectory.Resolve(string?)"/>.</param>
    /// <exception cref="InvalidRequestException">
    /// There is no such set, its files are missing, or one of them is damaged (then the inner exception is a <see cref="DataFormatException"/>).
    /// </exception>
    public static Dataset Load(string nameOrPath, string? dataDirectory = null)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        if (GeneratedDatasets.Find(nameOrPath) is { } generated)
            return generated.Create(Specification.Parse(nameOrPath)) with { Name = nameOrPath };
        try
        {
            return nameOrPath switch
            {
                "digits" => Digits.Load(),
                "fashion-mnist" => LoadIdx(nameOrPath, dataDirectory, FashionScaling),
                "mnist" => LoadIdx(nameOrPath, dataDirectory, MnistScaling),
                "cifar-10" => LoadCifar(nameOrPath, DataDirectory.Resolve(dataDirectory)),
                "cifar-10-subset" => LoadSubset(nameOrPath, dataDirectory),
                _ => LoadPath(nameOrPath),
            };
        }
        catch (DataFormatException damage)
        {
            throw new InvalidRequestException(damage.Message, damage);
        }
    }

    /// <summary>Whether the files of a named set are there (not whether they are intact).</summary>
    /// <exception cref="InvalidRequestException">There is no set of that name.</exception>
    public static bool IsPresent(string name, string? dataDirectory = null) => name switch
    {
        "digits" => true,
        "fashion-mnist" or "mnist" => IdxGroup(name).Locate(DataDirectory.Resolve(dataDirectory)) is not null,
        "cifar-10" => CifarGroup.Locate(DataDirectory.Resolve(dataDirectory)) is not null || CifarArchiveGroup.Locate(DataDirectory.Resolve(dataDirectory)) is not null,
        "cifar-10-subset" => SubsetGroup.Locate(DataDirectory.Resolve(dataDirectory)) is not null,
        _ => throw new InvalidRequestException($"There is no data set '{name}'.{NearestName.Suggest(name, [.. All.Select(set => set.Name)])}"),
    };

    private static FileGroup CifarGroup => new(
        ["cifar-10", Path.Combine("cifar-10", "cifar-10-batches-bin"), "cifar-10-batches-bin", ""], [.. CifarArchive.TrainFiles, CifarArchive.TestFile]);

    private static FileGroup CifarArchiveGroup => new(["cifar-10", ""], [CifarArchive.FileName]);

    private static FileGroup SubsetGroup => new(["cifar-10-subset", "cifar10-subset", ""], SubsetFiles);

    private static FileGroup IdxGroup(string name) => new([name, ""], IdxFiles);

    private static Dataset LoadIdx(string name, string? dataDirectory, PixelScaling scaling)
    {
        string root = DataDirectory.Resolve(dataDirectory);
        return ImageFiles.LoadIdx(name, IdxGroup(name).Locate(root) ?? throw Missing(name, IdxGroup(name).Describe(root)), scaling);
    }

    private static Dataset LoadCifar(string name, string root)
    {
        if (CifarGroup.Locate(root) is { } files) return ImageFiles.LoadCifar(name, files[..^1], files[^1..], CifarScaling);
        if (CifarArchiveGroup.Locate(root) is [var archive])
        {
            using DataStream stream = DataStream.Open(archive);
            return CifarArchive.Load(name, stream, CifarScaling);
        }
        string hint = SubsetGroup.Locate(root) is null ? "" : " The folder holds a subset instead: ask for it as cifar-10-subset.";
        throw Missing(name, $"{CifarArchive.FileName}, or {CifarGroup.Describe(root)}", hint);
    }

    private static Dataset LoadSubset(string name, string? dataDirectory)
    {
        string root = DataDirectory.Resolve(dataDirectory);
        return SubsetGroup.Locate(root) is [var train, var test]
            ? ImageFiles.LoadCifar(name, [train], [test], CifarScaling)
            : throw new InvalidRequestException(
                $"The files of {name} are missing: {SubsetGroup.Describe(root)}. It has no public address; name its folder with --data-dir, or use cifar-10.");
    }

    private static Dataset LoadPath(string nameOrPath)
    {
        (string path, Specification options) = DataPath.Parse(nameOrPath);
        if (File.Exists(path)) return DataPath.LoadFile(nameOrPath, path, options);
        if (!Directory.Exists(path))
        {
            throw new InvalidRequestException(
                $"There is no data set, file or folder '{path}'.{NearestName.Suggest(path, [.. All.Select(set => set.Name), .. GeneratedDatasets.All.Entries.Select(set => set.Name)])}");
        }
        OptionBinder.Bind<NoOptions>(options);
        if (new FileGroup([""], IdxFiles).Locate(path) is { } idx) return ImageFiles.LoadIdx(nameOrPath, idx, scaling: null);
        var cifar = new FileGroup(["", "cifar-10-batches-bin"], [.. CifarArchive.TrainFiles, CifarArchive.TestFile]);
        if (cifar.Locate(path) is { } batches) return ImageFiles.LoadCifar(nameOrPath, batches[..^1], batches[^1..], scaling: null);
        if (new FileGroup([""], SubsetFiles).Locate(path) is [var train, var test]) return ImageFiles.LoadCifar(nameOrPath, [train], [test], scaling: null);
        throw new InvalidRequestException(
            $"The folder '{path}' holds no data set: looked for {string.Join(", ", IdxFiles)}, or {string.Join(", ", cifar.Files)}, or {string.Join(", ", SubsetFiles)} (each plain or .gz). Name one file for other formats.");
    }

    private static InvalidRequestException Missing(string name, string lookedFor, string hint = "") => new(
        $"The files of {name} are missing: looked for {lookedFor}.{hint} Run 'rubato data fetch {name}', or name their folder with --data-dir.");
}
