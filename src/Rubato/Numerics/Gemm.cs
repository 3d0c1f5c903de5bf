namespace Rubato.Numerics;

/// <summary>Row-major single-precision matrix products.</summary>
public static class Gemm
{
    /// <summary>C ← op(A)·op(B) + beta·C, with op(A) of shape [m, k], op(B) [k, n], C [m, n].</summary>
    /// <param name="transposeA">Whether A is stored as [k, m].</param>
    /// <param name="transposeB">Whether B is stored as [n, k].</param>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">The common extent; with 0 only beta·C remains.</param>
    /// <param name="a">The elements of A.</param>
    /// <param name="lda">Elements between two stored rows of A.</param>
    /// <param name="b">The elements of B.</param>
    /// <param name="ldb">Elements between two stored rows of B.</param>
    /// <param name="beta">0 overwrites C, whatever it held (NaN included).</param>
    /// <param name="c">The elements of C.</param>
    /// <param name="ldc">Elements between two stored rows of C.</param>
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
                c[i * ldc + j] = beta == 0 ? (float)sum : (float)(sum + beta * c[i * ldc + j]);
            }
        }
    }
}
