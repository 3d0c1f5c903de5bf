using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Rubato.Strategies.ParameterServer;

/// <summary>The first 24 bytes of every message of the parameter-server protocol; floats or rank numbers follow.</summary>
/// <remarks>
/// Little-endian: kind u8, status u8, magic u16, samples i32, version i64, extra i32, count i32; then <c>count</c> values of four
/// bytes. 24 is a multiple of four, so that the floats can be read where they lie.
/// </remarks>
/// <param name="Kind">What the message asks or says.</param>
/// <param name="Status">What became of a request; in replies and decisions.</param>
/// <param name="Samples">The samples behind a pushed gradient.</param>
/// <param name="Version">Pushes: the version the gradient was computed on. Replies: the version of the parameters that follow.</param>
/// <param name="Extra">Decisions: their kind. Grouped: the generation of the membership. Tables: the client's thread.</param>
/// <param name="Count">The number of four-byte values that follow.</param>
internal readonly record struct MessageHeader(
    MessageKind Kind, ReplyStatus Status = ReplyStatus.Accepted, int Samples = 0, long Version = 0, int Extra = 0, int Count = 0)
{
    /// <summary>The header's length in bytes.</summary>
    public const int Length = 24;

    private const ushort Magic = 0x5250;

    /// <summary>The whole message's length in bytes.</summary>
    public int MessageLength => Length + Count * sizeof(float);

    /// <summary>Writes the header to the start of a message.</summary>
    public void Write(Span<byte> message)
    {
        message[0] = (byte)Kind;
        message[1] = (byte)Status;
        BinaryPrimitives.WriteUInt16LittleEndian(message[2..], Magic);
        BinaryPrimitives.WriteInt32LittleEndian(message[4..], Samples);
        BinaryPrimitives.WriteInt64LittleEndian(message[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(message[16..], Extra);
        BinaryPrimitives.WriteInt32LittleEndian(message[20..], Count);
    }

    /// <summary>Reads and checks the header of a message that <paramref name="source"/> sent.</summary>
    /// <exception cref="InvalidDataException">The message is none of this protocol, or its length is not what its header says.</exception>
    public static MessageHeader Read(ReadOnlySpan<byte> message, int source)
    {
        if (message.Length < Length)
            throw new InvalidDataException(
                $"Rank {source} sent a parameter-server message of {message.Length} bytes, but its header alone has {Length}.");
        ushort magic = BinaryPrimitives.ReadUInt16LittleEndian(message[2..]);
        if (magic != Magic)
            throw new InvalidDataException(
                $"Rank {source} sent a message with magic 0x{magic:x4} where a parameter-server message (0x{Magic:x4}) was due.");
        var header = new MessageHeader(
            (MessageKind)message[0],
            (ReplyStatus)message[1],
            BinaryPrimitives.ReadInt32LittleEndian(message[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(message[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(message[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(message[20..]));
        if (header.Count < 0 || Length + (long)header.Count * sizeof(float) != message.Length)
            throw new InvalidDataException(
                $"Rank {source} sent a parameter-server message of {message.Length} bytes "
                + $"whose header announces {header.Count} values of 4 bytes after {Length}.");
        return header;
    }

    /// <summary>The floats after the header.</summary>
    public static Span<float> Floats(Span<byte> message) => MemoryMarshal.Cast<byte, float>(message[Length..]);

    /// <summary>The whole numbers after the header.</summary>
    public static Span<int> Numbers(Span<byte> message) => MemoryMarshal.Cast<byte, int>(message[Length..]);
}
