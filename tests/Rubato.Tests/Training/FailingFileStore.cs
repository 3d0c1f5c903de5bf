using Rubato.Training;

namespace Rubato.Tests.Training;

/// <summary>A disk on which every operation from one on fails as a full disk does, or as a machine does that stops there.</summary>
/// <param name="operationsThatSucceed">How many changes to the disk succeed.</param>
/// <param name="isCrash">Whether nothing at all happens any more afterwards, not even cleaning up; else deleting still works.</param>
internal sealed class FailingFileStore(int operationsThatSucceed, bool isCrash = false) : FileStore
{
    private int _left = operationsThatSucceed;

    public bool HasFailed { get; private set; }

    public override Stream Create(string path)
    {
        Count();
        return new FailingStream(this, base.Create(path));
    }

    public override Stream Append(string path)
    {
        Count();
        return new FailingStream(this, base.Append(path));
    }

    public override void FlushToDisk(Stream file)
    {
        Count();
        base.FlushToDisk(((FailingStream)file).Inner);
    }

    public override void FlushDirectory(string path)
    {
        Count();
        base.FlushDirectory(path);
    }

    public override void CreateDirectory(string path)
    {
        Count();
        base.CreateDirectory(path);
    }

    public override void MoveFile(string from, string to)
    {
        Count();
        base.MoveFile(from, to);
    }

    public override void MoveDirectory(string from, string to)
    {
        Count();
        base.MoveDirectory(from, to);
    }

    public override void DeleteDirectory(string path)
    {
        if (isCrash) Count();
        base.DeleteDirectory(path);
    }

    private void Count()
    {
        if (HasFailed || _left-- <= 0)
        {
            HasFailed = true;
            throw new IOException("No space left on device.");
        }
    }

    private sealed class FailingStream(FailingFileStore store, Stream inner) : Stream
    {
        public Stream Inner => inner;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                store.Count();
            }
            catch (IOException)
            {
                inner.Write(buffer[..(buffer.Length / 2)]);   // a full disk takes what still fits
                throw;
            }
            inner.Write(buffer);
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
