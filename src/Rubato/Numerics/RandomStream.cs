using System.Runtime.InteropServices;
using System.Text;

namespace Rubato.Numerics;

/// <summary>A seeded stream of random draws under a name: the same seed, purpose and index give the same draws in every world.</summary>
/// <remarks>
/// Counter-based (<see cref="Philox"/>), so a stream costs one small object, streams of different names do not overlap in practice, and
/// (key, position) is its whole state. Not thread-safe.
/// </remarks>
public sealed class RandomStream : IStateful
{
    private Philox.Words _block;
    private ulong _key;
    private ulong _position;   // 32-bit words drawn so far
    private ulong _blockIndex = ulong.MaxValue;

    private RandomStream(ulong key) => _key = key;

    /// <summary>The stream of a purpose, for example <c>Create(seed, "dropout", rank)</c>.</summary>
    public static RandomStream Create(ulong seed, string purpose, long index = 0) => new(KeyOf(seed, purpose, index));

    /// <summary>A stream of its own below this one; does not depend on how much has been drawn from this one.</summary>
    public RandomStream Split(string purpose, long index = 0) => new(KeyOf(_key, purpose, index));

    /// <summary>The state to save, or to go on from.</summary>
    public RandomStreamState State
    {
        get => new(_key, _position);
        set => (_key, _position, _blockIndex) = (value.Key, value.Position, ulong.MaxValue);
    }

    /// <summary>The next 32 bits.</summary>
    public uint NextUInt32()
    {
        ulong index = _position >> 2;
        if (index != _blockIndex)
        {
            _block = Philox.Block(index, _key);
            _blockIndex = index;
        }
        return _block[(int)(_position++ & 3)];
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64() => NextUInt32() | ((ulong)NextUInt32() << 32);

    /// <summary>Uniform in [0, 1), 24 bits.</summary>
    public float NextSingle() => ToUnit(NextUInt32());

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0 … <paramref name="exclusiveMaximum"/> − 1, without bias.</summary>
    public int NextInt32(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMaximum, 1);
        // Lemire's multiplication with rejection of the uneven rest.
        uint range = (uint)exclusiveMaximum, limit = unchecked(0u - range) % range;
        ulong product;
        do product = (ulong)NextUInt32() * range;
        while ((uint)product < limit);
        return (int)(product >> 32);
    }

    /// <summary>Uniform values in [0, 1): the same draws as one <see cref="NextSingle"/> for each element, several at a time.</summary>
    public void FillUniform(Span<float> values)
    {
        while (values.Length > 0 && (_position & 3) != 0)
        {
            values[0] = NextSingle();
            values = values[1..];
        }
        int whole = values.Length & ~3;
        Span<uint> words = MemoryMarshal.Cast<float, uint>(values[..whole]);
        Philox.Fill(_position >> 2, _key, words);
        _position += (ulong)whole;
        for (int i = 0; i < whole; i++) values[i] = ToUnit(words[i]);
        for (int i = whole; i < values.Length; i++) values[i] = NextSingle();
    }

    /// <summary>Standard normal (Box–Muller; two draws a value, so that the position stays predictable).</summary>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Brings the items into a uniformly random order (Fisher–Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        long key = unchecked((long)_key), position = unchecked((long)_position);
        visitor.Counter("key", ref key);
        visitor.Counter("position", ref position);
        State = new RandomStreamState(unchecked((ulong)key), unchecked((ulong)position));
    }

    private static float ToUnit(uint word) => (int)(word >> 8) * (1f / (1 << 24));

    // FNV-1a over the name, then SplitMix64's finalizer to spread neighbouring seeds and indices.
    private static ulong KeyOf(ulong seed, string purpose, long index)
    {
        ulong hash = 14695981039346656037;
        int length = Encoding.UTF8.GetByteCount(purpose);
        Span<byte> bytes = length <= 256 ? stackalloc byte[length] : new byte[length];
        Encoding.UTF8.GetBytes(purpose, bytes);
        foreach (byte b in bytes) hash = (hash ^ b) * 1099511628211;
        return Mix(Mix(Mix(seed) ^ hash) ^ unchecked((ulong)index));
    }

    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
