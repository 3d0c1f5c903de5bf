using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Rubato.Numerics;

/// <summary>Tiles of 12 × 32 in 24 of AVX-512's 32 registers.</summary>
/// <remarks>
/// Two B vectors and a broadcast element of A take three more registers. A step is 24 multiply-adds for 14 loads, so the loads hide.
/// </remarks>
internal readonly unsafe struct GemmVector512 : IGemmKernel
{
    /// <inheritdoc/>
    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    /// <inheritdoc/>
    public static int Rows => 12;

    /// <inheritdoc/>
    public static int Lanes => 16;

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
            case 6: Multiply<Six, TVectors>(ref tile); break;
            case 7: Multiply<Seven, TVectors>(ref tile); break;
            case 8: Multiply<Eight, TVectors>(ref tile); break;
            case 9: Multiply<Nine, TVectors>(ref tile); break;
            case 10: Multiply<Ten, TVectors>(ref tile); break;
            case 11: Multiply<Eleven, TVectors>(ref tile); break;
            default: Multiply<Twelve, TVectors>(ref tile); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TRows, TVectors>(ref GemmTile tile) where TRows : struct, ICount where TVectors : struct, ICount
    {
        nint row = tile.RowStride, step = tile.DepthStride, stride = tile.StrideB;
        float* b = tile.B;
        float* a0 = tile.A, a3 = tile.A + 3 * row, a6 = tile.A + 6 * row, a9 = tile.A + 9 * row;
        Vector512<float> x0 = default, y0 = default;
        Vector512<float> x1 = default, y1 = default;
        Vector512<float> x2 = default, y2 = default;
        Vector512<float> x3 = default, y3 = default;
        Vector512<float> x4 = default, y4 = default;
        Vector512<float> x5 = default, y5 = default;
        Vector512<float> x6 = default, y6 = default;
        Vector512<float> x7 = default, y7 = default;
        Vector512<float> x8 = default, y8 = default;
        Vector512<float> x9 = default, y9 = default;
        Vector512<float> x10 = default, y10 = default;
        Vector512<float> x11 = default, y11 = default;
        for (nint depth = tile.Depth; depth > 0; depth--)
        {
            Vector512<float> left = Vector512.Load(b), right = TVectors.Value > 1 ? Vector512.Load(b + Lanes) : default;
            Accumulate<TVectors>(Vector512.Create(*a0), left, right, ref x0, ref y0);
            if (TRows.Value > 1) Accumulate<TVectors>(Vector512.Create(*(a0 + row)), left, right, ref x1, ref y1);
            if (TRows.Value > 2) Accumulate<TVectors>(Vector512.Create(*(a0 + 2 * row)), left, right, ref x2, ref y2);
            if (TRows.Value > 3) Accumulate<TVectors>(Vector512.Create(*a3), left, right, ref x3, ref y3);
            if (TRows.Value > 4) Accumulate<TVectors>(Vector512.Create(*(a3 + row)), left, right, ref x4, ref y4);
            if (TRows.Value > 5) Accumulate<TVectors>(Vector512.Create(*(a3 + 2 * row)), left, right, ref x5, ref y5);
            if (TRows.Value > 6) Accumulate<TVectors>(Vector512.Create(*a6), left, right, ref x6, ref y6);
            if (TRows.Value > 7) Accumulate<TVectors>(Vector512.Create(*(a6 + row)), left, right, ref x7, ref y7);
            if (TRows.Value > 8) Accumulate<TVectors>(Vector512.Create(*(a6 + 2 * row)), left, right, ref x8, ref y8);
            if (TRows.Value > 9) Accumulate<TVectors>(Vector512.Create(*a9), left, right, ref x9, ref y9);
            if (TRows.Value > 10) Accumulate<TVectors>(Vector512.Create(*(a9 + row)), left, right, ref x10, ref y10);
            if (TRows.Value > 11) Accumulate<TVectors>(Vector512.Create(*(a9 + 2 * row)), left, right, ref x11, ref y11);
            b += stride;
            a0 += step;
            a3 += step;
            a6 += step;
            a9 += step;
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
        if (TRows.Value > 6) Store<TVectors>(c + 6 * next, x6, y6, columns, beta);
        if (TRows.Value > 7) Store<TVectors>(c + 7 * next, x7, y7, columns, beta);
        if (TRows.Value > 8) Store<TVectors>(c + 8 * next, x8, y8, columns, beta);
        if (TRows.Value > 9) Store<TVectors>(c + 9 * next, x9, y9, columns, beta);
        if (TRows.Value > 10) Store<TVectors>(c + 10 * next, x10, y10, columns, beta);
        if (TRows.Value > 11) Store<TVectors>(c + 11 * next, x11, y11, columns, beta);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate<TVectors>(
        Vector512<float> a, Vector512<float> left, Vector512<float> right, ref Vector512<float> x, ref Vector512<float> y)
        where TVectors : struct, ICount
    {
        x = Vector512.FusedMultiplyAdd(a, left, x);
        if (TVectors.Value > 1) y = Vector512.FusedMultiplyAdd(a, right, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(float* c, Vector512<float> x, Vector512<float> y, int columns, float beta)
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
    private static void Store(float* c, Vector512<float> sum, int columns, float beta)
    {
        if (columns < Lanes)
        {
            StorePart(c, sum, columns, beta);
            return;
        }
        if (beta != 0) sum = Vector512.FusedMultiplyAdd(Vector512.Create(beta), Vector512.Load(c), sum);
        sum.Store(c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePart(float* c, Vector512<float> sum, int columns, float beta)
    {
        Vector512<float> mask = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(columns)).AsSingle();
        if (beta != 0) sum = Vector512.FusedMultiplyAdd(Vector512.Create(beta), Avx512F.MaskLoad(c, mask, default), sum);
        Avx512F.MaskStore(c, mask, sum);
    }
}
