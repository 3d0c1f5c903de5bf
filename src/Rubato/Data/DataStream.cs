using System.Buffers.Binary;
using System.IO.Compression;

namespace Rubato.Data;

/// <summary>A data file read from front to back, decompressed if it is gzip (by its first bytes, whatever its name), whose errors name the place.</summary>
internal sealed class DataStream : Stream
{
    // Deflate cannot shrink by more than 1032 : 1, so a header that asks for more than this is a lie.
    private const long LargestRatio = 1032;

    private readonly Stream _file;
    private readonly GZipStream? _gzip;
    private readonly uint _lengthInTrailer;
    private long _offset;

    /// <summary>Takes over a seekable stream.</summary>
    public DataStream(Stream file, string path)
    {
        (_file, Path) = (file, path);
        Span<byte> magic = stackalloc byte[2];
        bool compressed = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B];
        file.Position = 0;
        MostBytes = file.Length;
        if (!compressed) return;
        if (file.Length < 18)
            throw new DataFormatException(path, $"byte {file.Length}", "the file ends inside the gzip header or trailer. It is truncated; fetch or copy it again.");
        Span<byte> trailer = stackalloc byte[4];
        file.Position = file.Length - 4;
        file.ReadExactly(trailer);
        file.Position = 0;
        _lengthInTrailer = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        _gzip = new GZipStream(file, CompressionMode.Decompress);
        MostBytes = Math.Min(file.Length * LargestRatio, _lengthInTrailer);
    }

    /// <summary>The path in error messages.</summary>
    public string Path { get; }

    /// <summary>An upper bound of the content's length if it fits into an array, known before any of it is read.</summary>
    public long MostBytes { get; }

    /// <summary>The number of bytes of content read so far.</summary>
    public override long Position
    {
        get => _offset;
        set => throw new NotSupportedException("A data stream is read from front to back.");
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException("The length of compressed content is known at its end only.");

    /// <summary>Opens a file.</summary>
    /// <exception cref="DataFormatException">It cannot be opened.</exception>
    public static DataStream Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.SequentialScan);
            try
            {
                return new DataStream(file, path);
            }
            catch (DataFormatException)
            {
                file.Dispose();
                throw;
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException(path, "byte 0", $"the file cannot be read ({unreadable.Message}). Check the path and its permissions.", unreadable);
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            int read = _gzip is null ? _file.Read(buffer) : _gzip.Read(buffer);
            // The decompressor takes the end of a truncated file for the end of its content; the trailer knows better.
            if (read == 0 && buffer.Length > 0 && _gzip is not null && (uint)_offset != _lengthInTrailer)
            {
                throw Problem(
                    $"the gzip trailer says that the content has {_lengthInTrailer} bytes, but it ends here. It is truncated or corrupt (or of several gzip members); fetch or compress it again.");
            }
            _offset += read;
            return read;
        }
        catch (Exception damage) when (damage is InvalidDataException or IOException)
        {
            throw new DataFormatException(Path, $"byte {_offset}",
                _gzip is null
                    ? $"the file cannot be read on ({damage.Message}). Check the disk, or copy the file again."
                    : "the compressed data is damaged here. Fetch or copy the file again.", damage);
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Fills the buffer, or says what the file ends in the middle of.</summary>
    public void Fill(Span<byte> buffer, string what)
    {
        long start = _offset;
        while (!buffer.IsEmpty)
        {
            int read = Read(buffer);
            if (read == 0)
                throw Problem($"the file ends inside {what}, which starts at byte {start} and goes on for {buffer.Length} bytes more. It is truncated; fetch or copy it again.");
            buffer = buffer[read..];
        }
    }

    /// <summary>Requires that nothing follows.</summary>
    public void RequireEnd(string what)
    {
        Span<byte> rest = stackalloc byte[1];
        long end = _offset;
        if (Read(rest) != 0)
            throw new DataFormatException(Path, $"byte {end}", $"{what} end here, but the file goes on. It is not what its header says; fetch or copy it again.");
    }

    /// <summary>An error at the place reached.</summary>
    public DataFormatException Problem(string problem) => new(Path, $"byte {_offset}", problem);

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A data stream is read from front to back.");

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException("A data stream is read only.");

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A data stream is read only.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gzip?.Dispose();
            _file.Dispose();
        }
        base.Dispose(disposing);
    }
}
