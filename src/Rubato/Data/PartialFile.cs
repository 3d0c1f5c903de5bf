using System.Security.Cryptography;

namespace Rubato.Data;

/// <summary>A file that is being received, under its name with <c>.part</c> added; only one process at a time can hold it.</summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string _destination;
    private readonly RemoteFile _file;
    private FileStream? _stream;

    private PartialFile(string destination, RemoteFile file, FileStream stream) =>
        (_destination, _file, _stream) = (destination, file, stream);

    public string Path => _destination + ".part";

    public long Length => Stream.Length;

    private FileStream Stream => _stream ?? throw new ObjectDisposedException(nameof(PartialFile));

    /// <summary>Opens what an earlier call left behind, or an empty file.</summary>
    /// <exception cref="DataFetchException">The folder or file cannot be written.</exception>
    public static PartialFile Open(string destination, RemoteFile file)
    {
        string path = destination + ".part";
        try
        {
            if (System.IO.Path.GetDirectoryName(destination) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
            var part = new PartialFile(destination, file,
                // Unbuffered: a full disk must show in the write that fills it, not when the file is closed.
                new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
            if (part.Length > file.Bytes) part.Clear();
            return part;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new DataFetchException(
                $"{path} cannot be written ({refusal.Message}). If another process is fetching the file, wait for it; else choose another folder with --data-dir.", refusal);
        }
    }

    /// <summary>Forgets what was received.</summary>
    public void Clear() => Stream.SetLength(0);

    /// <summary>Adds received bytes at the end.</summary>
    /// <exception cref="DataFetchException">The disk is full or fails.</exception>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            Stream.Position = Stream.Length;
            await Stream.WriteAsync(bytes, cancellation).ConfigureAwait(false);
        }
        catch (IOException refusal)
        {
            throw CannotStore(refusal);
        }
    }

    /// <summary>Whether it is complete and the published file.</summary>
    public async Task<bool> IsIntactAsync(CancellationToken cancellation)
    {
        if (Length != _file.Bytes) return false;
        try
        {
            Stream.Flush(flushToDisk: true);
        }
        catch (IOException refusal)
        {
            throw CannotStore(refusal);
        }
        Stream.Position = 0;
        byte[] hash = await SHA256.HashDataAsync(Stream, cancellation).ConfigureAwait(false);
        return Convert.ToHexStringLower(hash) == _file.Sha256;
    }

    /// <summary>Gives the verified file its own name.</summary>
    public void Publish()
    {
        try
        {
            // Renamed while still open where the platform allows it, so that no one can write to it in between.
            if (OperatingSystem.IsWindows()) Dispose();
            File.Move(Path, _destination, overwrite: false);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new DataFetchException($"{Path} is complete but cannot be renamed to {_destination} ({refusal.Message}). Rename it yourself, or remove what is in the way.", refusal);
        }
    }

    /// <summary>Closes it; what was received stays for the next call, and nothing stays of nothing.</summary>
    public void Dispose()
    {
        if (_stream is null) return;
        bool isEmpty = _stream.Length == 0;
        _stream.Dispose();
        _stream = null;
        if (isEmpty) File.Delete(Path);
    }

    private DataFetchException CannotStore(IOException refusal) => new(
        $"{Path} cannot be written ({refusal.Message}) after {Length} of {_file.Bytes} bytes. Make room on the disk or choose another folder with --data-dir, then fetch again.", refusal);
}
