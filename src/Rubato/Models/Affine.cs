using System.Numerics;

namespace Rubato.Models;

/// <summary>Elementwise combinations with scalar factors, as normalization layers need them. One expression an element, at any length.</summary>
internal static class Affine
{
    /// <summary>result ← a·(x − center) + b; taking the center off first keeps the digits of values that lie far from zero.</summary>
    public static void Map(float a, ReadOnlySpan<float> x, float center, float b, Span<float> result)
    {
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            ((new Vector<float>(x[i..]) - new Vector<float>(center)) * a + new Vector<float>(b)).CopyTo(result[i..]);
        for (; i < x.Length; i++) result[i] = (x[i] - center) * a + b;
    }

    /// <summary>result ← a·g + b·(x − center) + c; the result may be g or x.</summary>
    public static void Map(float a, ReadOnlySpan<float> g, float b, ReadOnlySpan<float> x, float center, float c, Span<float> result)
    {
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> centered = new Vector<float>(x[i..]) - new Vector<float>(center);
            (new Vector<float>(g[i..]) * a + centered * b + new Vector<float>(c)).CopyTo(result[i..]);
        }
        for (; i < x.Length; i++) result[i] = g[i] * a + (x[i] - center) * b + c;
    }
}
