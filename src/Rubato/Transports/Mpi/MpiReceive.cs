using System.Buffers;

namespace Rubato.Transports.Mpi;

/// <summary>A message that has begun to arrive from another rank. A rank's messages are handed on in the order in which it sent them.</summary>
internal sealed class MpiReceive(MpiProcess process, int source, int length) : MpiOperation
{
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(length);
    private MemoryHandle _pinned;
    private nint _request;

    /// <summary>The rank that sent it.</summary>
    public int Source => source;

    /// <summary>Whether all of it is there.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Payload and envelope; the buffer's ownership passes to whoever takes the message.</summary>
    public (byte[] Buffer, int Length) Content => (_buffer, length);

    /// <summary>Has the library receive it.</summary>
    public unsafe void Start(nint message)
    {
        _pinned = _buffer.AsMemory().Pin();
        _request = process.Library.StartReceive(_pinned.Pointer, length, ref message);
    }

    public override bool Advance()
    {
        if (!process.Library.Test(ref _request)) return false;
        _pinned.Dispose();
        IsComplete = true;
        process.Post.HandOn(source);
        return true;
    }

    public override void Fail(Exception reason)
    {
    }
}
