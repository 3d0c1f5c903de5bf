using System.Runtime.CompilerServices;

namespace Rubato.Numerics;

/// <summary>The plain kernel, for processors without vectors and as what the others must equal to the bit.</summary>
internal readonly unsafe struct GemmScalar : IGemmKernel
{
    /// <inheritdoc/>
    public static bool IsSupported => true;

    /// <inheritdoc/>
    public static int Rows => 4;

    /// <inheritdoc/>
    public static int Lanes => 1;

    /// <inheritdoc/>
    public static int Columns => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ref GemmTile tile)
    {
        for (int i = 0; i < tile.Rows; i++)
        {
            for (int j = 0; j < tile.Columns; j++)
            {
                float* a = tile.A + i * tile.RowStride, b = tile.B + j, c = tile.C + i * tile.StrideC + j;
                float sum = 0;
                for (nint p = tile.Depth; p > 0; p--, a += tile.DepthStride, b += tile.StrideB)
                    sum = MathF.FusedMultiplyAdd(*a, *b, sum);
                *c = tile.Beta == 0 ? sum : MathF.FusedMultiplyAdd(tile.Beta, *c, sum);
            }
        }
    }
}
