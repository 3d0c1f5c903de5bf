using System.Runtime.Intrinsics;

namespace Rubato.Models;

/// <summary>Reductions in double whose order of additions is fixed by the length alone.</summary>
/// <remarks>
/// TensorPrimitives' reductions are not used for these: they add in single precision, in an order that follows the machine's vector width.
/// Here eight lanes add in double on every machine.
/// </remarks>
internal static class Sums
{
    /// <summary>Σ x.</summary>
    public static double Sum(ReadOnlySpan<float> x)
    {
        Vector256<double> low = default, high = default;
        int i = 0;
        for (; i <= x.Length - 8; i += 8)
        {
            (Vector256<double> a, Vector256<double> b) = Vector256.Widen(Vector256.Create(x.Slice(i, 8)));
            low += a;
            high += b;
        }
        double sum = Fold(low, high);
        for (; i < x.Length; i++) sum += x[i];
        return sum;
    }

    /// <summary>Σ (x − center)².</summary>
    public static double SquaredDeviations(ReadOnlySpan<float> x, double center)
    {
        Vector256<double> low = default, high = default, centers = Vector256.Create(center);
        int i = 0;
        for (; i <= x.Length - 8; i += 8)
        {
            (Vector256<double> a, Vector256<double> b) = Vector256.Widen(Vector256.Create(x.Slice(i, 8)));
            a -= centers;
            b -= centers;
            low += a * a;
            high += b * b;
        }
        double sum = Fold(low, high);
        for (; i < x.Length; i++) sum += (x[i] - center) * (x[i] - center);
        return sum;
    }

    /// <summary>Σ x·y.</summary>
    public static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Vector256<double> low = default, high = default;
        int i = 0;
        for (; i <= x.Length - 8; i += 8)
        {
            (Vector256<double> a, Vector256<double> b) = Vector256.Widen(Vector256.Create(x.Slice(i, 8)));
            (Vector256<double> c, Vector256<double> d) = Vector256.Widen(Vector256.Create(y.Slice(i, 8)));
            low += a * c;
            high += b * d;
        }
        double sum = Fold(low, high);
        for (; i < x.Length; i++) sum += (double)x[i] * y[i];
        return sum;
    }

    private static double Fold(Vector256<double> low, Vector256<double> high)
    {
        Vector256<double> sum = low + high;
        return (sum[0] + sum[1]) + (sum[2] + sum[3]);
    }
}
