namespace Rubato.Numerics;

/// <summary>Aligned memory that a thread keeps for its next product.</summary>
internal sealed unsafe class PackingBuffer
{
    private const int Alignment = 64;

    [ThreadStatic]
    private static PackingBuffer? _left;

    [ThreadStatic]
    private static PackingBuffer? _right;

    // Pinned, so that a pointer into it stays good while the thread lives.
    private float[] _memory = [];

    /// <summary>This thread's buffer for panels of A.</summary>
    public static PackingBuffer Left => _left ??= new();

    /// <summary>This thread's buffer for panels of B.</summary>
    public static PackingBuffer Right => _right ??= new();

    /// <summary>Room for so many floats, with undefined contents, on a cache line's boundary; the one before it is no longer valid.</summary>
    public float* Reserve(int length)
    {
        int needed = length + Alignment / sizeof(float);
        if (_memory.Length < needed) _memory = GC.AllocateUninitializedArray<float>(Math.Max(needed, 2 * _memory.Length), pinned: true);
        nuint address = (nuint)System.Runtime.CompilerServices.Unsafe.AsPointer(
            ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_memory));
        return (float*)((address + Alignment - 1) & ~(nuint)(Alignment - 1));
    }
}
