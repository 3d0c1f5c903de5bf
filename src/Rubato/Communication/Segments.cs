namespace Rubato.Communication;

/// <summary>Cuts what one rank sends another into messages, so that a segment is reduced while the next is on its way.</summary>
internal static class Segments
{
    /// <summary>The most floats in one message of a collective: with stamp and frame header just 256 KiB, a pooled size that a core's cache holds.</summary>
    public const int MaxFloats = 64 * 1024 - 16;

    /// <summary>The number of messages for so many floats; 0 floats take none.</summary>
    public static int CountOf(int length) => (int)(((long)length + MaxFloats - 1) / MaxFloats);

    /// <summary>The floats in one of those messages; only the last may be shorter.</summary>
    public static Range Of(int segment, int length)
    {
        int start = segment * MaxFloats;
        return start..Math.Min(start + MaxFloats, length);
    }
}
