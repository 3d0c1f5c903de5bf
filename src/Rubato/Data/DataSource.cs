using Rubato.Configuration;

namespace Rubato.Data;

/// <summary>The published files of a data set, to be fetched into a sub-folder of its name.</summary>
/// <param name="Name">The data set's name in <see cref="DatasetCatalog"/>.</param>
/// <param name="Credit">Who made it, and under which licence.</param>
/// <param name="Files">Its files.</param>
public sealed record DataSource(string Name, string Credit, IReadOnlyList<RemoteFile> Files)
{
    private static readonly string[] FashionHomes =
    [
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    ];

    private static readonly string[] MnistHomes =
    [
        "http://yann.lecun.com/exdb/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ];

    /// <summary>Every data set that can be fetched. These are the only addresses that Rubato knows.</summary>
    public static IReadOnlyList<DataSource> All { get; } =
    [
        new("fashion-mnist", "H. Xiao, K. Rasul, R. Vollgraf, arXiv:1708.07747; MIT licence, copyright 2017 Zalando SE",
        [
            File(FashionHomes, "train-images-idx3-ubyte.gz", 26421880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            File(FashionHomes, "train-labels-idx1-ubyte.gz", 29515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            File(FashionHomes, "t10k-images-idx3-ubyte.gz", 4422102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            File(FashionHomes, "t10k-labels-idx1-ubyte.gz", 5148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        ]),
        new("mnist", "Y. LeCun, C. Cortes, C. J. C. Burges; CC BY-SA 3.0",
        [
            File(MnistHomes, "train-images-idx3-ubyte.gz", 9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            File(MnistHomes, "train-labels-idx1-ubyte.gz", 28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            File(MnistHomes, "t10k-images-idx3-ubyte.gz", 1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            File(MnistHomes, "t10k-labels-idx1-ubyte.gz", 4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        ]),
        new("cifar-10", "A. Krizhevsky, \"Learning Multiple Layers of Features from Tiny Images\", 2009; no licence stated, the author asks to be cited",
        [
            File(["https://www.cs.toronto.edu/~kriz/"], CifarArchive.FileName, 170052171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
        ]),
    ];

    /// <summary>The source of that name.</summary>
    /// <exception cref="InvalidRequestException">The set is not fetched, or there is none of that name.</exception>
    public static DataSource Find(string name) => Find(name, All);

    /// <summary>The source of that name among the given ones.</summary>
    /// <exception cref="InvalidRequestException">The set is not fetched, or there is none of that name.</exception>
    public static DataSource Find(string name, IReadOnlyList<DataSource> sources) =>
        sources.FirstOrDefault(source => source.Name == name) ?? throw new InvalidRequestException(name switch
        {
            "digits" => "The data set digits is built in: there is nothing to fetch or verify. Use it as it is.",
            "cifar-10-subset" => "The data set cifar-10-subset has no public address. Name its folder with --data-dir, or fetch cifar-10.",
            _ => $"There is no data set '{name}' to fetch or verify.{NearestName.Suggest(name, [.. sources.Select(source => source.Name)])}",
        });

    private static RemoteFile File(string[] homes, string name, long bytes, string sha256) =>
        new(name, bytes, sha256, [.. homes.Select(home => new Uri(home + name))]);
}
