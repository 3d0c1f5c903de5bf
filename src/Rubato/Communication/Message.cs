using System.Buffers;

namespace Rubato.Communication;

/// <summary>A received message in a pooled buffer; dispose it to give the buffer back, once, after the last read of its payload.</summary>
public sealed class Message : IDisposable
{
    private byte[]? _buffer;
    private readonly int _length;

    private Message(int source, MessageTag tag, byte[] buffer, int length)
    {
        Source = source;
        Tag = tag;
        _buffer = buffer;
        _length = length;
    }

    /// <summary>The rank that sent it, in the numbering of the receiver's communicator.</summary>
    public int Source { get; private init; }

    /// <summary>The tag it was sent with.</summary>
    public MessageTag Tag { get; }

    /// <summary>The payload.</summary>
    /// <exception cref="ObjectDisposedException">The message was disposed.</exception>
    public Memory<byte> Payload
    {
        get
        {
            ObjectDisposedException.ThrowIf(_buffer is null, this);
            return _buffer.AsMemory(0, _length);
        }
    }

    /// <summary>A message with room for <paramref name="length"/> bytes, to be filled by a transport.</summary>
    public static Message Rent(int source, MessageTag tag, int length) =>
        new(source, tag, ArrayPool<byte>.Shared.Rent(length), length);

    /// <summary>A message whose payload is the beginning of a buffer of the shared pool; the buffer is the message's from now on.</summary>
    internal static Message Adopt(int source, MessageTag tag, byte[] buffer, int length) => new(source, tag, buffer, length);

    /// <summary>The same message as seen from a communicator that numbers its ranks differently; the old object must no longer be used.</summary>
    internal Message Renumber(int source)
    {
        if (source == Source) return this;
        var renumbered = new Message(source, Tag, _buffer!, _length);
        _buffer = null;
        return renumbered;
    }

    /// <summary>Gives the buffer back to the pool.</summary>
    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
