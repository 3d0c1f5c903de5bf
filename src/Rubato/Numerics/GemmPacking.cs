using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Rubato.Numerics;

/// <summary>Copies parts of matrices into panels that kernels read in one stream.</summary>
internal static unsafe class GemmPacking
{
    /// <summary>target[r, c] ← source[r, c].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* source, nint sourceStride, nint rows, nint columns, float* target, nint targetStride)
    {
        for (nint r = 0; r < rows; r++, source += sourceStride, target += targetStride)
        {
            nint c = 0;
            if (Vector256.IsHardwareAccelerated)
                for (; c <= columns - 8; c += 8) Vector256.Store(Vector256.Load(source + c), target + c);
            if (Vector128.IsHardwareAccelerated)
                for (; c <= columns - 4; c += 4) Vector128.Store(Vector128.Load(source + c), target + c);
            for (; c < columns; c++) target[c] = source[c];
        }
    }

    /// <summary>target[c, r] ← source[r, c].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(float* source, nint sourceStride, nint rows, nint columns, float* target, nint targetStride)
    {
        nint r = 0;
        if (Avx.IsSupported)
        {
            for (; r <= rows - 8; r += 8)
            {
                nint c = 0;
                for (; c <= columns - 8; c += 8)
                    Transpose8(source + r * sourceStride + c, sourceStride, target + c * targetStride + r, targetStride);
                TransposePlainly(source + r * sourceStride + c, sourceStride, 8, columns - c, target + c * targetStride + r, targetStride);
            }
        }
        if (Sse.IsSupported || AdvSimd.Arm64.IsSupported)
        {
            for (; r <= rows - 4; r += 4)
            {
                nint c = 0;
                for (; c <= columns - 4; c += 4)
                    Transpose4(source + r * sourceStride + c, sourceStride, target + c * targetStride + r, targetStride);
                TransposePlainly(source + r * sourceStride + c, sourceStride, 4, columns - c, target + c * targetStride + r, targetStride);
            }
        }
        TransposePlainly(source + r * sourceStride, sourceStride, rows - r, columns, target + r, targetStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposePlainly(float* source, nint sourceStride, nint rows, nint columns, float* target, nint targetStride)
    {
        for (nint r = 0; r < rows; r++)
            for (nint c = 0; c < columns; c++) target[c * targetStride + r] = source[r * sourceStride + c];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose8(float* source, nint sourceStride, float* target, nint targetStride)
    {
        // Rows i and i + 4 share a register, so that what is left is a 4×4 transpose in each half.
        float* below = source + 4 * sourceStride;
        Vector256<float> a = Halves(source, below), b = Halves(source + sourceStride, below + sourceStride);
        Vector256<float> c = Halves(source + 2 * sourceStride, below + 2 * sourceStride);
        Vector256<float> d = Halves(source + 3 * sourceStride, below + 3 * sourceStride);
        Vector256<float> e = Halves(source + 4, below + 4), f = Halves(source + sourceStride + 4, below + sourceStride + 4);
        Vector256<float> g = Halves(source + 2 * sourceStride + 4, below + 2 * sourceStride + 4);
        Vector256<float> h = Halves(source + 3 * sourceStride + 4, below + 3 * sourceStride + 4);
        TransposeHalves(a, b, c, d, target, targetStride);
        TransposeHalves(e, f, g, h, target + 4 * targetStride, targetStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(float* lower, float* upper) =>
        Avx.InsertVector128(Vector128.Load(lower).ToVector256Unsafe(), Vector128.Load(upper), 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeHalves(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, float* target, nint targetStride)
    {
        Vector256<double> abLow = Avx.UnpackLow(a, b).AsDouble(), cdLow = Avx.UnpackLow(c, d).AsDouble();
        Vector256<double> abHigh = Avx.UnpackHigh(a, b).AsDouble(), cdHigh = Avx.UnpackHigh(c, d).AsDouble();
        Vector256.Store(Avx.UnpackLow(abLow, cdLow).AsSingle(), target);
        Vector256.Store(Avx.UnpackHigh(abLow, cdLow).AsSingle(), target + targetStride);
        Vector256.Store(Avx.UnpackLow(abHigh, cdHigh).AsSingle(), target + 2 * targetStride);
        Vector256.Store(Avx.UnpackHigh(abHigh, cdHigh).AsSingle(), target + 3 * targetStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(float* source, nint sourceStride, float* target, nint targetStride)
    {
        Vector128<float> a = Vector128.Load(source), b = Vector128.Load(source + sourceStride);
        Vector128<float> c = Vector128.Load(source + 2 * sourceStride), d = Vector128.Load(source + 3 * sourceStride);
        Vector128<float> acLow = ZipLow(a, c), bdLow = ZipLow(b, d), acHigh = ZipHigh(a, c), bdHigh = ZipHigh(b, d);
        Vector128.Store(ZipLow(acLow, bdLow), target);
        Vector128.Store(ZipHigh(acLow, bdLow), target + targetStride);
        Vector128.Store(ZipLow(acHigh, bdHigh), target + 2 * targetStride);
        Vector128.Store(ZipHigh(acHigh, bdHigh), target + 3 * targetStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) =>
        AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b) : Sse.UnpackLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) =>
        AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b) : Sse.UnpackHigh(a, b);
}
