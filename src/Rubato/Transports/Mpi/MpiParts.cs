using System.Runtime.InteropServices;
using Rubato.Communication;

namespace Rubato.Transports.Mpi;

/// <summary>How a vector is divided between the ranks of a group, as MPI wants to be told.</summary>
/// <remarks>The arrays are on the pinned heap: the library reads them until a non-blocking collective is over.</remarks>
internal sealed unsafe class MpiParts
{
    private readonly int[] _lengths, _offsets;

    private MpiParts(int size) =>
        (_lengths, _offsets) = (GC.AllocateUninitializedArray<int>(size, pinned: true), GC.AllocateUninitializedArray<int>(size, pinned: true));

    /// <summary>The lengths in floats, by rank.</summary>
    public int* Lengths => (int*)Marshal.UnsafeAddrOfPinnedArrayElement(_lengths, 0);

    /// <summary>Where the parts begin, by rank.</summary>
    public int* Offsets => (int*)Marshal.UnsafeAddrOfPinnedArrayElement(_offsets, 0);

    /// <summary>A vector in one chunk a rank (<see cref="Chunks.Of"/>).</summary>
    public static MpiParts Of(int length, int size)
    {
        var parts = new MpiParts(size);
        for (int rank = 0; rank < size; rank++)
            (parts._offsets[rank], parts._lengths[rank]) = Chunks.Of(rank, size, length).GetOffsetAndLength(length);
        return parts;
    }

    /// <summary>A chunk of each rank side by side, all of the same length.</summary>
    public static MpiParts Equal(int chunk, int size)
    {
        var parts = new MpiParts(size);
        for (int rank = 0; rank < size; rank++) (parts._offsets[rank], parts._lengths[rank]) = (rank * chunk, chunk);
        return parts;
    }

    /// <summary>The part of one rank.</summary>
    public Span<float> PartOf(int rank, Span<float> vector) => vector.Slice(_offsets[rank], _lengths[rank]);
}
