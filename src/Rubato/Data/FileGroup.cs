namespace Rubato.Data;

/// <summary>Files that belong together and lie in one folder, each plain or with <c>.gz</c> at its end.</summary>
/// <param name="Folders">Where they may lie, relative to the data directory, in the order in which they are looked for.</param>
/// <param name="Files">Their names without <c>.gz</c>.</param>
internal sealed record FileGroup(IReadOnlyList<string> Folders, IReadOnlyList<string> Files)
{
    /// <summary>The paths in the order of <see cref="Files"/>, from the first folder that holds all of them; null if none does.</summary>
    public string[]? Locate(string root) =>
        Folders.Select(folder => Files.Select(file => FindFile(Path.Combine(root, folder), file)).ToArray())
            .FirstOrDefault(paths => paths.All(path => path is not null))?
            .Select(path => path ?? "").ToArray();

    /// <summary>What was looked for, for an error message.</summary>
    public string Describe(string root) =>
        $"{string.Join(", ", Files)} (each plain or .gz) in {string.Join(" or ", Folders.Select(folder => Path.Combine(root, folder)))}";

    internal static string? FindFile(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path) ? path : File.Exists(path + ".gz") ? path + ".gz" : null;
    }
}
