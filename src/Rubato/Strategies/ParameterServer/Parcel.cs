using System.Buffers;

namespace Rubato.Strategies.ParameterServer;

/// <summary>One encoded message in a pooled buffer that is on its way to several destinations; the last arrival gives the buffer back.</summary>
internal sealed class Parcel
{
    private byte[] _buffer;
    private int _references = 1;

    private Parcel(in MessageHeader header)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(header.MessageLength);
        Length = header.MessageLength;
        header.Write(_buffer);
    }

    /// <summary>The message's length in bytes.</summary>
    public int Length { get; }

    /// <summary>Where the values after the header are to be written, before the message is sent.</summary>
    public Span<byte> Values => _buffer.AsSpan(MessageHeader.Length..Length);

    /// <summary>The message.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, Length);

    /// <summary>Encodes a message with floats; its creator holds the first reference.</summary>
    public static Parcel Of(MessageHeader header, ReadOnlySpan<float> floats)
    {
        var parcel = new Parcel(header with { Count = floats.Length });
        floats.CopyTo(MessageHeader.Floats(parcel._buffer));
        return parcel;
    }

    /// <summary>Encodes a message with whole numbers; its creator holds the first reference.</summary>
    public static Parcel Of(MessageHeader header, ReadOnlySpan<int> numbers)
    {
        var parcel = new Parcel(header with { Count = numbers.Length });
        numbers.CopyTo(MessageHeader.Numbers(parcel._buffer));
        return parcel;
    }

    /// <summary>Encodes a message that is a header alone; its creator holds the first reference.</summary>
    public static Parcel Of(MessageHeader header) => new(header with { Count = 0 });

    /// <summary>Encodes the header of a message with <c>Count</c> values, which its creator writes; who holds the first reference.</summary>
    public static Parcel WithRoomFor(MessageHeader header) => new(header);

    /// <summary>Takes a reference for one more user of the bytes.</summary>
    public void Retain() => _references++;

    /// <summary>Gives a reference back; the bytes must no longer be used by its holder.</summary>
    public void Release()
    {
        if (--_references > 0) return;
        byte[] buffer = _buffer;
        _buffer = [];
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
