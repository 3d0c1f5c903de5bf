using System.Numerics;

namespace Rubato.Models;

/// <summary>Elementwise combinations with scalar factors, as normalization layers need them. One expression an element, at any length.</summary>
internal static class Affine
{
    /// <summary>result ← a·x + b.</summary>
    public static void Map(float a, ReadOnlySpan<float> x, float b, Span<float> result)
    {
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(x[i..]) * a + new Vector<float>(b)).CopyTo(result[i..]);
        for (; i < x.Length; i++) result[i] = x[i] * a + b;
    }

    /// <summary>result ← a·x + b·y + c; the result may be x or y.</summary>
    public static void Map(float a, ReadOnlySpan<float> x, float b, ReadOnlySpan<float> y, float c, Span<float> result)
    {
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(x[i..]) * a + new Vector<float>(y[i..]) * b + new Vector<float>(c)).CopyTo(result[i..]);
        for (; i < x.Length; i++) result[i] = x[i] * a + y[i] * b + c;
    }
}
