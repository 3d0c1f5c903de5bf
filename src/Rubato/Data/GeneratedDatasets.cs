using Rubato.Configuration;

namespace Rubato.Data;

/// <summary>Data sets that are drawn from a seed when they are asked for: the testbeds of the studies. No file is needed.</summary>
public static class GeneratedDatasets
{
    /// <summary>All of them; options are written behind the name, <c>t1:noise=1.2</c>.</summary>
    public static Catalog<Dataset> All { get; } = new(
        "generated data set",
        CatalogEntry<Dataset>.Of<TestbedOptions>("t1", "8,000 + 2,000 samples of ten Gaussian classes in 32 dimensions", Testbed.Make),
        CatalogEntry<Dataset>.Of<TeacherOptions>("teacher", "16,384 + 4,000 Gaussian samples in 64 dimensions, labelled by a random network", TeacherTask.Make),
        CatalogEntry<Dataset>.Of<ParityOptions>("parity", "4,000 + 1,000 samples of ten Gaussian classes in 32 dimensions, labelled even or odd", Parity.Make),
        CatalogEntry<Dataset>.Of<ClickOptions>("clicks", "200,000 + 20,000 clicks of 6 categorical and 8 dense features, labelled by draws from a random network", ClickStream.Make));

    /// <summary>The entry that a data set's name stands for, with or without options; null when it is not generated.</summary>
    internal static CatalogEntry<Dataset>? Find(string nameAndOptions) =>
        All.Entries.FirstOrDefault(entry => nameAndOptions == entry.Name || nameAndOptions.StartsWith(entry.Name + ":", StringComparison.Ordinal));
}
