using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Rubato.Numerics;

/// <summary>Tiles of 8 × 8 in 16 of Arm's 32 vector registers.</summary>
/// <remarks>
/// Processors with fused multiply-add only: without it the same bits would cost more than they give, and the scalar kernel serves.
/// </remarks>
internal readonly unsafe struct GemmVector128 : IGemmKernel
{
    /// <inheritdoc/>
    public static bool IsSupported => Vector128.IsHardwareAccelerated && (AdvSimd.Arm64.IsSupported || Fma.IsSupported);

    /// <inheritdoc/>
    public static int Rows => 8;

    /// <inheritdoc/>
    public static int Lanes => 4;

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
            default: Multiply<Eight, TVectors>(ref tile); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TRows, TVectors>(ref GemmTile tile) where TRows : struct, ICount where TVectors : struct, ICount
    {
        nint row = tile.RowStride, step = tile.DepthStride, stride = tile.StrideB;
        float* b = tile.B;
        float* a0 = tile.A, a3 = tile.A + 3 * row, a6 = tile.A + 6 * row;
        Vector128<float> x0 = default, y0 = default;
        Vector128<float> x1 = default, y1 = default;
        Vector128<float> x2 = default, y2 = default;
        Vector128<float> x3 = default, y3 = default;
        Vector128<float> x4 = default, y4 = default;
        Vector128<float> x5 = default, y5 = default;
        Vector128<float> x6 = default, y6 = default;
        Vector128<float> x7 = default, y7 = default;
        for (nint depth = tile.Depth; depth > 0; depth--)
        {
            Vector128<float> left = Vector128.Load(b), right = TVectors.Value > 1 ? Vector128.Load(b + Lanes) : default;
            Accumulate<TVectors>(Vector128.Create(*a0), left, right, ref x0, ref y0);
            if (TRows.Value > 1) Accumulate<TVectors>(Vector128.Create(*(a0 + row)), left, right, ref x1, ref y1);
            if (TRows.Value > 2) Accumulate<TVectors>(Vector128.Create(*(a0 + 2 * row)), left, right, ref x2, ref y2);
            if (TRows.Value > 3) Accumulate<TVectors>(Vector128.Create(*a3), left, right, ref x3, ref y3);
            if (TRows.Value > 4) Accumulate<TVectors>(Vector128.Create(*(a3 + row)), left, right, ref x4, ref y4);
            if (TRows.Value > 5) Accumulate<TVectors>(Vector128.Create(*(a3 + 2 * row)), left, right, ref x5, ref y5);
            if (TRows.Value > 6) Accumulate<TVectors>(Vector128.Create(*a6), left, right, ref x6, ref y6);
            if (TRows.Value > 7) Accumulate<TVectors>(Vector128.Create(*(a6 + row)), left, right, ref x7, ref y7);
            b += stride;
            a0 += step;
            a3 += step;
            a6 += step;
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
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate<TVectors>(
        Vector128<float> a, Vector128<float> left, Vector128<float> right, ref Vector128<float> x, ref Vector128<float> y)
        where TVectors : struct, ICount
    {
        x = Vector128.FusedMultiplyAdd(a, left, x);
        if (TVectors.Value > 1) y = Vector128.FusedMultiplyAdd(a, right, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(float* c, Vector128<float> x, Vector128<float> y, int columns, float beta)
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
    private static void Store(float* c, Vector128<float> sum, int columns, float beta)
    {
        if (columns < Lanes)
        {
            StorePart(c, sum, columns, beta);
            return;
        }
        if (beta != 0) sum = Vector128.FusedMultiplyAdd(Vector128.Create(beta), Vector128.Load(c), sum);
        sum.Store(c);
    }

    // No masked store here: the lanes go one by one, and only at the right edge.
    private static void StorePart(float* c, Vector128<float> sum, int columns, float beta)
    {
        for (int j = 0; j < columns; j++) c[j] = beta == 0 ? sum[j] : MathF.FusedMultiplyAdd(beta, c[j], sum[j]);
    }
}
