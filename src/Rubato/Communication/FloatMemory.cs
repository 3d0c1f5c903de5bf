using System.Buffers;
using System.Runtime.InteropServices;

namespace Rubato.Communication;

/// <summary>The bytes of a stretch of floats, without a copy. Valid as long as the floats' own memory is.</summary>
internal sealed class FloatMemory : MemoryManager<byte>
{
    private readonly Memory<float> _floats;

    private FloatMemory(Memory<float> floats) => _floats = floats;

    public static ReadOnlyMemory<byte> BytesOf(ReadOnlyMemory<float> floats) =>
        floats.IsEmpty ? default : new FloatMemory(MemoryMarshal.AsMemory(floats)).Memory;

    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(_floats.Span);

    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        MemoryHandle pinned = _floats.Pin();
        // The floats' own handle keeps them in place; ours only adds the offset in bytes.
        return new MemoryHandle((byte*)pinned.Pointer + elementIndex, default, new Unpinner(pinned));
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Unpinner(MemoryHandle pinned) : IPinnable
    {
        private MemoryHandle _pinned = pinned;

        public MemoryHandle Pin(int elementIndex) => throw new NotSupportedException("This handle only unpins.");

        public void Unpin() => _pinned.Dispose();
    }
}
