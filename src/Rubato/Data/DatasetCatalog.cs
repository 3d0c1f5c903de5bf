using Rubato.Configuration;

namespace Rubato.Data;

/// <summary>Finds and loads data sets by name or path.</summary>
public static class DatasetCatalog
{
    /// <summary>Loads a data set.</summary>
    /// <param name="nameOrPath">A name of the catalogue.</param>
    /// <param name="dataDirectory">The folder that data files are read from; null for the cache folder.</param>
    /// <exception cref="InvalidRequestException">There is no such data set, or its files are missing or damaged.</exception>
    public static Dataset Load(string nameOrPath, string? dataDirectory = null)
    {
        if (nameOrPath == "digits") return Digits.Load();
        throw new InvalidRequestException($"There is no data set '{nameOrPath}'.{NearestName.Suggest(nameOrPath, ["digits"])}");
    }
}
