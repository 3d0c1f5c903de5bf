using System.Security.Cryptography;

namespace Rubato.Data;

/// <summary>The result of comparing a file on disk with the published one.</summary>
/// <param name="File">The published file.</param>
/// <param name="Path">Where it is, or where it would be fetched to.</param>
/// <param name="State">What it is.</param>
public sealed record FileCheck(RemoteFile File, string Path, FileState State)
{
    /// <summary>Compares all files of a set, which lie in the data directory or in its sub-folder of the set's name.</summary>
    /// <exception cref="DataFetchException">A file is there but cannot be read.</exception>
    public static async Task<IReadOnlyList<FileCheck>> OfAsync(DataSource source, string dataDirectory, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        var checks = new List<FileCheck>();
        foreach (RemoteFile file in source.Files) checks.Add(await OfAsync(source, file, dataDirectory, cancellation).ConfigureAwait(false));
        return checks;
    }

    internal static async Task<FileCheck> OfAsync(DataSource source, RemoteFile file, string dataDirectory, CancellationToken cancellation)
    {
        string own = System.IO.Path.Combine(dataDirectory, source.Name, file.Name), direct = System.IO.Path.Combine(dataDirectory, file.Name);
        string path = System.IO.File.Exists(own) || !System.IO.File.Exists(direct) ? own : direct;
        if (!System.IO.File.Exists(path)) return new FileCheck(file, path, FileState.Missing);
        return new FileCheck(file, path, await IsIntactAsync(path, file, cancellation).ConfigureAwait(false) ? FileState.Intact : FileState.Damaged);
    }

    internal static async Task<bool> IsIntactAsync(string path, RemoteFile file, CancellationToken cancellation)
    {
        try
        {
            using FileStream stream = System.IO.File.OpenRead(path);
            if (stream.Length != file.Bytes) return false;
            byte[] hash = await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false);
            return Convert.ToHexStringLower(hash) == file.Sha256;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new DataFetchException($"{path} cannot be read ({unreadable.Message}). Check its permissions.", unreadable);
        }
    }
}
