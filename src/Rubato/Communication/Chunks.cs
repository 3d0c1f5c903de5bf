namespace Rubato.Communication;

/// <summary>Cuts a vector into one contiguous chunk a rank, as even as can be: the first <c>length % size</c> chunks are one longer.</summary>
public static class Chunks
{
    /// <summary>The part of the vector that a rank owns; may be empty.</summary>
    public static Range Of(int rank, int size, int length)
    {
        int quotient = length / size, rest = length % size;
        int start = rank * quotient + Math.Min(rank, rest);
        return start..(start + quotient + (rank < rest ? 1 : 0));
    }

    /// <summary>The number of elements that a rank owns.</summary>
    public static int LengthOf(int rank, int size, int length) => length / size + (rank < length % size ? 1 : 0);
}
