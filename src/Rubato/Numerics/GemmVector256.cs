using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Rubato.Numerics;

/// <summary>Tiles of 6 × 16 in 12 of AVX2's 16 registers.</summary>
/// <remarks>Two B vectors and a broadcast element of A take three more.</remarks>
internal readonly unsafe struct GemmVector256 : IGemmKernel
{
    /// <inheritdoc/>
    public static bool IsSupported => Vector256.IsHardwareAccelerated && Fma.IsSupported;

    /// <inheritdoc/>
    public static int Rows => 6;

    /// <inheritdoc/>
    public static int Lanes => 8;

    /// <inheritdoc/>
    public static int Columns => 2 * Lanes;

    /// <inheritdoc/>
    public static void Multiply(ref GemmTile tile)
    {
        if (tile.Columns > Lanes) Multiply<Two>(ref tile);
        else Multiply<One>(ref tile);
    }

    private static void Multiply<TVectors>(ref GemmTile tile) where TVectors : struct, ICount
    {
        switch (tile.Rows)
        {
            case 1: Multiply<One, TVectors>(ref tile); break;
            case 2: Multiply<Two, TVectors>(ref tile); break;
            case 3: Multiply<Three, TVectors>(ref tile); break;
            case 4: Multiply<Four, TVectors>(ref tile); break;
            case 5: Multiply<Five, TVectors>(ref tile); break;
            default: Multiply<Six, TVectors>(ref tile); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TRows, TVectors>(ref GemmTile tile) where TRows : struct, ICount where TVectors : struct, ICount
    {
        nint row = tile.RowStride, step = tile.DepthStride, stride = tile.StrideB;
        float* b = tile.B;
        float* a0 = tile.A, a3 = tile.A + 3 * row;
        Vector256<float> x0 = default, y0 = default;
        Vector256<float> x1 = default, y1 = default;
        Vector256<float> x2 = default, y2 = default;
        Vector256<float> x3 = default, y3 = default;
        Vector256<float> x4 = default, y4 = default;
        Vector256<float> x5 = default, y5 = default;
        for (nint depth = tile.Depth; depth > 0; depth--)
        {
            Vector256<float> left = Vector256.Load(b), right = TVectors.Value > 1 ? Vector256.Load(b + Lanes) : default;
            Accumulate<TVectors>(Vector256.Create(*a0), left, right, ref x0, ref y0);
            if (TRows.Value > 1) Accumulate<TVectors>(Vector256.Create(*(a0 + row)), left, right, ref x1, ref y1);
            if (TRows.Value > 2) Accumulate<TVectors>(Vector256.Create(*(a0 + 2 * row)), left, right, ref x2, ref y2);
            if (TRows.Value > 3) Accumulate<TVectors>(Vector256.Create(*a3), left, right, ref x3, ref y3);
            if (TRows.Value > 4) Accumulate<TVectors>(Vector256.Create(*(a3 + row)), left, right, ref x4, ref y4);
            if (TRows.Value > 5) Accumulate<TVectors>(Vector256.Create(*(a3 + 2 * row)), left, right, ref x5, ref y5);
            b += stride;
            a0 += step;
            a3 += step;
        }

        float* c = tile.C;
        nint next = tile.StrideC;
        int columns = tile.Columns;
        float beta = tile.Beta;
        Store<TVectors>(c, x0, y0, columns, beta);
        if (TRows.Value > 1) Store<TVectors>(c + next, x1, y1, columns, beta);
        if (TRows.Value > 2) Store<TVectors>(c + 2 * next, x2, y2, columns, beta);
        if (TRows.Value > 3) Store<TVectors>(c + 3 * next, x3, y3, columns, beta);
        if (TRows.Value > 4) Store<TVectors>(c + 4 * next, x4, y4, columns, beta);
        if (TRows.Value > 5) Store<TVectors>(c + 5 * next, x5, y5, columns, beta);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate<TVectors>(
        Vector256<float> a, Vector256<float> left, Vector256<float> right, ref Vector256<float> x, ref Vector256<float> y)
        where TVectors : struct, ICount
    {
        x = Vector256.FusedMultiplyAdd(a, left, x);
        if (TVectors.Value > 1) y = Vector256.FusedMultiplyAdd(a, right, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(float* c, Vector256<float> x, Vector256<float> y, int columns, float beta)
        where TVectors : struct, ICount
    {
        if (TVectors.Value > 1)
        {
            Store(c, x, Lanes, beta);
            Store(c + Lanes, y, columns - Lanes, beta);
        }
        else
        {
            Store(c, x, columns, beta);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector256<float> sum, int columns, float beta)
    {
        if (columns < Lanes)
        {
            StorePart(c, sum, columns, beta);
            return;
        }
        if (beta != 0) sum = Vector256.FusedMultiplyAdd(Vector256.Create(beta), Vector256.Load(c), sum);
        sum.Store(c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePart(float* c, Vector256<float> sum, int columns, float beta)
    {
        Vector256<float> mask = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(columns)).AsSingle();
        if (beta != 0) sum = Vector256.FusedMultiplyAdd(Vector256.Create(beta), Avx.MaskLoad(c, mask), sum);
        Avx.MaskStore(c, mask, sum);
    }
}
