using System.Buffers.Binary;
using Rubato.Communication;

namespace Rubato.Transports.Tcp;

/// <summary>The 40 bytes before every payload. All numbers little-endian.</summary>
/// <remarks>
/// <code>
///  0  magic "RBTO"    8  tag context     20  payload length    32  checksum of the payload
///  4  version        12  tag value       24  sequence number   36  checksum of bytes 0 … 35
///  6  kind           16  source rank         (8 bytes)
/// </code>
/// The header has a checksum of its own, so that a length is believed before anything is allocated for it.
/// </remarks>
internal readonly record struct FrameHeader(FrameKind Kind, MessageTag Tag, int Source, int Length, ulong Sequence, uint PayloadChecksum)
{
    /// <summary>The bytes of a header.</summary>
    public const int Size = 40;

    /// <summary>The version of the wire format, of frames and of the handshake before them.</summary>
    public const ushort Version = 1;

    /// <summary>The first bytes of every frame.</summary>
    public static ReadOnlySpan<byte> Magic => "RBTO"u8;

    /// <summary>Writes the header.</summary>
    public void Write(Span<byte> destination)
    {
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], (ushort)Kind);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], Tag.Context);
        BinaryPrimitives.WriteInt32LittleEndian(destination[12..], Tag.Value);
        BinaryPrimitives.WriteInt32LittleEndian(destination[16..], Source);
        BinaryPrimitives.WriteInt32LittleEndian(destination[20..], Length);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], Sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[32..], PayloadChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[36..], FrameChecksum.Of(destination[..36]));
    }

    /// <summary>Reads and judges a header; nothing in it is believed unless all of it is in order.</summary>
    /// <exception cref="WireViolationException">It is not a header that this peer may send now; the message says why.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> bytes, int peer, ulong expectedSequence, int maxMessageBytes)
    {
        if (!bytes[..4].SequenceEqual(Magic)) throw new WireViolationException($"bad magic 0x{Convert.ToHexString(bytes[..4])} at the head of a frame");
        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        if (version != Version) throw new WireViolationException($"wire version {version}, but this side speaks version {Version}");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[36..]) != FrameChecksum.Of(bytes[..36]))
            throw new WireViolationException("bad checksum of a frame header");

        var header = new FrameHeader(
            (FrameKind)BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]),
            new MessageTag(BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]), BinaryPrimitives.ReadInt32LittleEndian(bytes[12..])),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]));
        if (header.Kind is not (FrameKind.Message or FrameKind.Heartbeat or FrameKind.Farewell))
            throw new WireViolationException($"unknown frame kind {(int)header.Kind}");
        if (header.Source != peer) throw new WireViolationException($"a frame of source {header.Source} on the connection of rank {peer}");
        if (header.Sequence != expectedSequence)
            throw new WireViolationException($"frame number {header.Sequence} where {expectedSequence} was due");
        int most = header.Kind == FrameKind.Message ? maxMessageBytes : 0;
        if (header.Length < 0 || header.Length > most)
            throw new WireViolationException($"a payload of {header.Length} bytes, but the most for a {header.Kind} is {most}");
        return header;
    }
}
