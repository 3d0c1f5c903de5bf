using Rubato.Configuration;

namespace Rubato.Data;

/// <summary>Fetches published data files, resumes what was cut off, and lets nothing through whose SHA-256 is not the published one.</summary>
/// <remarks>
/// A file grows under its name with <c>.part</c> added, is verified there, and only then renamed, so a file under its own name is always
/// complete. A part that is left behind is gone on with by the next call, in this process or another. Addresses are tried in order.
/// </remarks>
/// <param name="client">Makes the requests; its own timeout should be infinite, since the options hold the one that counts. Not disposed.</param>
/// <param name="time">Measures stalls and pauses.</param>
/// <param name="options">How patiently; null for the defaults.</param>
public sealed class DatasetFetcher(HttpClient client, TimeProvider time, FetchOptions? options = null)
{
    private readonly FetchOptions _options = options ?? new FetchOptions();

    /// <summary>Fetches all files of a set that are not there yet, into the sub-folder of its name.</summary>
    /// <exception cref="InvalidRequestException">A file of that name is there but is not the published one.</exception>
    /// <exception cref="DataFetchException">A file cannot be had from any address, or cannot be stored.</exception>
    public async Task FetchAsync(DataSource source, string dataDirectory, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        foreach (RemoteFile file in source.Files)
        {
            FileCheck check = await FileCheck.OfAsync(source, file, dataDirectory, cancellation).ConfigureAwait(false);
            switch (check.State)
            {
                case FileState.Intact:
                    progress?.Report(new FetchProgress(file.Name, file.Bytes, file.Bytes, "already there"));
                    break;
                case FileState.Damaged:
                    throw new InvalidRequestException(
                        $"{check.Path} is not the published file (its SHA-256 is not {file.Sha256}), and fetching would overwrite it. Move or delete it, then fetch again.");
                default:
                    await FetchFileAsync(file, check.Path, progress, cancellation).ConfigureAwait(false);
                    break;
            }
        }
    }

    private async Task FetchFileAsync(RemoteFile file, string path, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        using PartialFile part = PartialFile.Open(path, file);
        var failures = new List<string>();
        foreach (Uri address in file.Addresses)
        {
            TimeSpan pause = _options.Pause;
            for (int attempt = 1; attempt <= _options.Attempts; attempt++)
            {
                var transfer = new Transfer(client, time, _options.StallLimit, file, address, part, progress);
                string? failure = await transfer.RunAsync(cancellation).ConfigureAwait(false);
                if (failure is null && await part.IsIntactAsync(cancellation).ConfigureAwait(false))
                {
                    part.Publish();
                    progress?.Report(new FetchProgress(file.Name, file.Bytes, file.Bytes, "fetched and verified"));
                    return;
                }
                if (failure is null)
                {
                    // Whatever is wrong in it, going on from it can only give the same again.
                    part.Clear();
                    failure = $"what was received does not have the published SHA-256 {file.Sha256}";
                }
                failures.Add($"{address}: {failure}");
                progress?.Report(new FetchProgress(file.Name, part.Length, file.Bytes, $"attempt {attempt} of {_options.Attempts} at {address} failed: {failure}"));
                if (transfer.IsFinal) break;
                if (attempt < _options.Attempts) await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
                pause *= 2;
            }
        }
        string kept = part.Length > 0 ? $"{part.Length} of {file.Bytes} bytes are kept in {part.Path}; fetch again to go on from there" : "Check the network and fetch again";
        throw new DataFetchException($"{file.Name} could not be fetched: {string.Join("; ", failures.Distinct())}. {kept}, or put the file at {path} yourself.");
    }
}
