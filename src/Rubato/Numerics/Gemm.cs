namespace Rubato.Numerics;

/// <summary>Row-major single-precision matrix products.</summary>
/// <remarks>
/// Runs on the calling thread and keeps that thread's packing memory, at most a few megabytes, for the next product; nothing else is
/// allocated. An element is one chain of fused multiply-adds in an order that depends on <c>k</c> alone, so its bits do not depend on the
/// processor's vector width, on alignment, or on the other rows and columns of the product.
/// </remarks>
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
    /// <param name="c">The elements of C; must not overlap A or B.</param>
    /// <param name="ldc">Elements between two stored rows of C.</param>
    /// <exception cref="ArgumentOutOfRangeException">An extent is negative, or a leading dimension is shorter than a stored row.</exception>
    /// <exception cref="ArgumentException">A span is shorter than its matrix.</exception>
    public static void Multiply(
        Transpose transposeA, Transpose transposeB, int m, int n, int k,
        ReadOnlySpan<float> a, int lda, ReadOnlySpan<float> b, int ldb, float beta, Span<float> c, int ldc)
    {
        if (GemmVector512.IsSupported) Multiply<GemmVector512>(transposeA, transposeB, m, n, k, a, lda, b, ldb, beta, c, ldc);
        else if (GemmVector256.IsSupported) Multiply<GemmVector256>(transposeA, transposeB, m, n, k, a, lda, b, ldb, beta, c, ldc);
        else if (GemmVector128.IsSupported) Multiply<GemmVector128>(transposeA, transposeB, m, n, k, a, lda, b, ldb, beta, c, ldc);
        else Multiply<GemmScalar>(transposeA, transposeB, m, n, k, a, lda, b, ldb, beta, c, ldc);
    }

    /// <summary>The same product by a chosen kernel, which this processor must support.</summary>
    internal static unsafe void Multiply<TKernel>(
        Transpose transposeA, Transpose transposeB, int m, int n, int k,
        ReadOnlySpan<float> a, int lda, ReadOnlySpan<float> b, int ldb, float beta, Span<float> c, int ldc)
        where TKernel : IGemmKernel
    {
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        if (transposeA == Transpose.No) Check("A", m, k, a.Length, lda);
        else Check("A", k, m, a.Length, lda);
        if (transposeB == Transpose.No) Check("B", k, n, b.Length, ldb);
        else Check("B", n, k, b.Length, ldb);
        Check("C", m, n, c.Length, ldc);
        fixed (float* pointerA = a, pointerB = b, pointerC = c)
            GemmDriver<TKernel>.Multiply(transposeA, transposeB, m, n, k, pointerA, lda, pointerB, ldb, beta, pointerC, ldc);
    }

    private static void Check(string matrix, int rows, int columns, int length, int leading)
    {
        if (rows == 0 || columns == 0) return;
        if (leading < columns)
        {
            throw new ArgumentOutOfRangeException(nameof(leading), leading,
                $"Matrix {matrix} has a leading dimension of {leading}, but its stored rows have {columns} elements. Pass {columns} or more.");
        }
        long needed = (rows - 1L) * leading + columns;
        if (length < needed)
        {
            throw new ArgumentException(
                $"Matrix {matrix} of {rows} × {columns} with leading dimension {leading} takes {needed} elements, but the span has {length}. "
                + "Pass a longer span or smaller extents.");
        }
    }
}
