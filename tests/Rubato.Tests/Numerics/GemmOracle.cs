using Rubato.Numerics;

namespace Rubato.Tests.Numerics;

/// <summary>The plain product in double precision that every kernel is held against.</summary>
internal static class GemmOracle
{
    public static void Multiply(
        Transpose transposeA, Transpose transposeB, int m, int n, int k,
        ReadOnlySpan<float> a, int lda, ReadOnlySpan<float> b, int ldb, float beta, Span<float> c, int ldc)
    {
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = 0;
                for (int p = 0; p < k; p++)
                {
                    float left = transposeA == Transpose.No ? a[i * lda + p] : a[p * lda + i];
                    float right = transposeB == Transpose.No ? b[p * ldb + j] : b[j * ldb + p];
                    sum += (double)left * right;
                }
                c[i * ldc + j] = beta == 0 ? (float)sum : (float)(sum + (double)beta * c[i * ldc + j]);
            }
        }
    }

    /// <summary>Values in [-1, 1), of which k products sum to at most k in magnitude.</summary>
    public static float[] Draw(RandomStream random, int length)
    {
        var values = new float[length];
        for (int i = 0; i < length; i++) values[i] = 2 * random.NextSingle() - 1;
        return values;
    }

    /// <summary>How far float sums of k such products may be from exact ones.</summary>
    public static double Tolerance(int k) => 1e-6 * Math.Sqrt(k + 1) + 4e-8 * k + 1e-6;

    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            // Written so that NaN fails.
            if (!(Math.Abs((double)expected[i] - actual[i]) <= tolerance) && !(float.IsNaN(expected[i]) && float.IsNaN(actual[i])))
                Assert.Fail($"{what}: element {i} is {actual[i]:R}, but the oracle says {expected[i]:R} (tolerance {tolerance:G3}).");
        }
    }
}
