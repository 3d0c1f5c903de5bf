namespace Rubato.Models;

/// <summary>Deals a stretch of memory out front to back; each part starts on a multiple of 16 floats from the start.</summary>
internal ref struct Arena(Span<float> memory)
{
    private Span<float> _rest = memory;

    /// <summary>The memory that a part of this length takes.</summary>
    public static int Room(int length) => checked(length + 15) & ~15;

    public Span<float> Take(int length)
    {
        Span<float> part = _rest[..length];
        _rest = _rest[Room(length)..];
        return part;
    }

    public readonly Span<float> Rest => _rest;
}
