using System.Buffers.Binary;
using Rubato.Communication;

namespace Rubato.Transports.Mpi;

/// <summary>What stands behind the payload of every message between two MPI ranks: whose it is.</summary>
/// <remarks>Behind and not in front, so that the payload begins where the buffer does and is handed to its receiver without a copy.</remarks>
/// <param name="Network">The number of the network, counted alike on all ranks.</param>
/// <param name="Kind">What the message is.</param>
/// <param name="Destination">The endpoint that it is for; -1 for all of the rank's.</param>
/// <param name="Source">The endpoint that sent it, or that it is about.</param>
/// <param name="Tag">The tag of a message between endpoints.</param>
internal readonly record struct MpiEnvelope(int Network, MpiMessageKind Kind, int Destination, int Source, MessageTag Tag)
{
    /// <summary>The bytes that an envelope adds to a message.</summary>
    public const int Size = 24;

    /// <summary>Writes the envelope.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, Network);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], (int)Kind);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], Destination);
        BinaryPrimitives.WriteInt32LittleEndian(destination[12..], Source);
        BinaryPrimitives.WriteInt32LittleEndian(destination[16..], Tag.Context);
        BinaryPrimitives.WriteInt32LittleEndian(destination[20..], Tag.Value);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static MpiEnvelope Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadInt32LittleEndian(source), (MpiMessageKind)BinaryPrimitives.ReadInt32LittleEndian(source[4..]),
        BinaryPrimitives.ReadInt32LittleEndian(source[8..]), BinaryPrimitives.ReadInt32LittleEndian(source[12..]),
        new MessageTag(BinaryPrimitives.ReadInt32LittleEndian(source[16..]), BinaryPrimitives.ReadInt32LittleEndian(source[20..])));
}
