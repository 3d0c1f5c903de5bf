using System.Buffers.Binary;

namespace Rubato.Communication;

/// <summary>What a rank believes it is taking part in. The last message of every part carries it, so that ranks that disagree find out.</summary>
/// <param name="Kind">The collective.</param>
/// <param name="Detail">The reduction or the root, whichever it has; 0 otherwise.</param>
/// <param name="Length">The floats in the caller's vector.</param>
internal readonly record struct CallStamp(CollectiveKind Kind, int Detail, int Length)
{
    /// <summary>The bytes that a stamp adds to a message.</summary>
    public const int Size = 8;

    /// <summary>Writes kind (1 byte), detail (3 bytes) and length (4 bytes), little-endian.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)Kind | ((uint)Detail << 8));
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], Length);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static CallStamp Read(ReadOnlySpan<byte> source)
    {
        uint head = BinaryPrimitives.ReadUInt32LittleEndian(source);
        return new CallStamp((CollectiveKind)(head & 0xFF), (int)(head >> 8), BinaryPrimitives.ReadInt32LittleEndian(source[4..]));
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        CollectiveKind.AllReduce => $"all-reduce ({(ReduceOperation)Detail}) of {Length} floats",
        CollectiveKind.ReduceScatter => $"reduce-scatter ({(ReduceOperation)Detail}) of {Length} floats",
        CollectiveKind.AllGather => $"all-gather of {Length} floats",
        CollectiveKind.Broadcast => $"broadcast from {Detail} of {Length} floats",
        CollectiveKind.Gather => $"gather to {Detail} of {Length} floats",
        CollectiveKind.Scatter => $"scatter from {Detail} of {Length} floats",
        CollectiveKind.Barrier => "barrier",
        _ => $"unknown collective {(int)Kind}",
    };
}
