using System.Buffers;

namespace Rubato.Transports.Tcp;

/// <summary>Small frames side by side in one pooled buffer, written by one call.</summary>
internal sealed class FrameBlock
{
    private const int Capacity = 64 * 1024;

    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(Capacity);

    /// <summary>The bytes of the frames so far.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes that still fit.</summary>
    public int Free => Capacity - Length;

    /// <summary>The frames.</summary>
    public ReadOnlyMemory<byte> Frames => _buffer.AsMemory(0, Length);

    /// <summary>Room for one more frame of that length.</summary>
    public Span<byte> Extend(int length)
    {
        Span<byte> added = _buffer.AsSpan(Length, length);
        Length += length;
        return added;
    }

    /// <summary>Gives the buffer back to the pool.</summary>
    public void Return()
    {
        if (_buffer is not { } buffer) return;
        _buffer = null;
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
