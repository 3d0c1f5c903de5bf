using System.Runtime.CompilerServices;

namespace Rubato.Numerics;

/// <summary>Cuts a product into blocks that fit the caches and those into tiles of one kernel.</summary>
/// <remarks>
/// The loops of Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3), 2008. The depth is cut by
/// its own length alone, so an element's bits depend on its row of A, its column of B, beta and C, and on nothing else: neither the
/// kernel, nor the other extents, nor whether a panel was packed.
/// </remarks>
internal static unsafe class GemmDriver<TKernel> where TKernel : IGemmKernel
{
    // A block of A stays in the second-level cache while all columns pass over it; a panel of B nearly in the first.
    private const int DepthBlock = 320;
    private const int RowBlock = 480;
    private const int ColumnBlock = 1024;

    /// <summary>C ← op(A)·op(B) + beta·C on storage that the caller has checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        Transpose transposeA, Transpose transposeB, int m, int n, int k,
        float* a, int lda, float* b, int ldb, float beta, float* c, int ldc)
    {
        if (m == 0 || n == 0) return;
        if (k == 0)
        {
            Scale(m, n, beta, c, ldc);
            return;
        }

        (nint rowStride, nint depthStride) = transposeA == Transpose.No ? (lda, (nint)1) : (1, lda);
        bool packA = PackingPaysForA(m, n, k), packB = transposeB == Transpose.Yes || PackingPaysForB(m, n);
        int depthBlocks = CeilingDivide(k, DepthBlock);
        int deepest = CeilingDivide(k, depthBlocks);
        float* panelsB = PackingBuffer.Right.Reserve(deepest * RoundUp(Math.Min(n, ColumnBlock), TKernel.Columns));
        float* panelsA = packA ? PackingBuffer.Left.Reserve(deepest * Math.Min(m, RowBlock)) : null;

        GemmTile tile = default;
        for (int j = 0; j < n; j += ColumnBlock)
        {
            int columns = Math.Min(ColumnBlock, n - j);
            int p = 0;
            for (int block = 0; block < depthBlocks; block++)
            {
                int depth = Part(k, depthBlocks, block);
                tile.Depth = depth;
                tile.Beta = block == 0 ? beta : 1;
                float* blockB = transposeB == Transpose.No ? b + (nint)p * ldb + j : b + (nint)j * ldb + p;
                PackB(transposeB, packB, blockB, ldb, columns, depth, panelsB);

                for (int i = 0; i < m; i += RowBlock)
                {
                    int rows = Math.Min(RowBlock, m - i);
                    float* blockA = a + i * rowStride + p * depthStride;
                    if (packA) PackA(transposeA, blockA, lda, rows, depth, panelsA);
                    (tile.RowStride, tile.DepthStride) = (rowStride, depthStride);
                    MultiplyBlock(
                        ref tile, rows, columns, packA ? panelsA : blockA, packA, panelsB, packB ? null : blockB, ldb, c + (nint)i * ldc + j, ldc);
                }
                p += depth;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyBlock(
        ref GemmTile tile, int rows, int columns, float* a, bool packedA, float* panelsB, float* storedB, int ldb, float* c, int ldc)
    {
        int depth = (int)tile.Depth, panels = CeilingDivide(rows, TKernel.Rows);
        tile.StrideC = ldc;
        for (int j = 0; j < columns; j += TKernel.Columns)
        {
            tile.Columns = Math.Min(TKernel.Columns, columns - j);
            bool stored = storedB != null && tile.Columns == TKernel.Columns;
            tile.B = stored ? storedB + j : panelsB + (nint)j * depth;
            tile.StrideB = stored ? ldb : PanelWidth(tile.Columns);
            int i = 0;
            for (int panel = 0; panel < panels; panel++)
            {
                tile.Rows = Part(rows, panels, panel);
                tile.A = a + i * (packedA ? depth : tile.RowStride);
                if (packedA) (tile.RowStride, tile.DepthStride) = (1, tile.Rows);
                tile.C = c + (nint)i * ldc + j;
                TKernel.Multiply(ref tile);
                i += tile.Rows;
            }
        }
    }

    // Panels of a tile's width, each [depth, width], the last one as wide as its vectors; without packing only a ragged last one, which
    // kernels would read beyond its end.
    private static void PackB(Transpose transpose, bool all, float* b, int ldb, int columns, int depth, float* panels)
    {
        int ragged = columns % TKernel.Columns;
        for (int j = all ? 0 : columns - ragged; j < columns; j += TKernel.Columns)
        {
            int width = Math.Min(TKernel.Columns, columns - j);
            int stride = PanelWidth(width);
            float* panel = panels + (nint)j * depth;
            // What stands beyond the columns is multiplied too, though never stored: it must not be slow denormal numbers.
            if (width < stride) new Span<float>(panel, depth * stride).Clear();
            if (transpose == Transpose.No) GemmPacking.Copy(b + j, ldb, depth, width, panel, stride);
            else GemmPacking.Transpose(b + (nint)j * ldb, ldb, width, depth, panel, stride);
        }
    }

    // Panels of a tile's height, each [depth, height]; heights differ by one at most, so that no tile is nearly empty.
    private static void PackA(Transpose transpose, float* a, int lda, int rows, int depth, float* panels)
    {
        int count = CeilingDivide(rows, TKernel.Rows), i = 0;
        for (int panel = 0; panel < count; panel++)
        {
            int height = Part(rows, count, panel);
            if (transpose == Transpose.No) GemmPacking.Transpose(a + (nint)i * lda, lda, height, depth, panels + (nint)i * depth, height);
            else GemmPacking.Copy(a + i, lda, depth, height, panels + (nint)i * depth, height);
            i += height;
        }
    }

    private static void Scale(int m, int n, float beta, float* c, int ldc)
    {
        for (int i = 0; i < m; i++)
        {
            var row = new Span<float>(c + (nint)i * ldc, n);
            if (beta == 0) row.Clear();
            else System.Numerics.Tensors.TensorPrimitives.Multiply(row, beta, row);
        }
    }

    // Packing touches an element once; what it saves is proportional to how often the element is read.
    private static bool PackingPaysForA(int m, int n, int k) => n >= 4 * TKernel.Columns && (long)m * k >= 16_384;

    private static bool PackingPaysForB(int m, int n) => m > 4 * TKernel.Rows;

    private static int PanelWidth(int columns) => RoundUp(columns, TKernel.Lanes);

    private static int Part(int length, int parts, int index) => length / parts + (index < length % parts ? 1 : 0);

    private static int CeilingDivide(int a, int b) => (a + b - 1) / b;

    private static int RoundUp(int a, int b) => CeilingDivide(a, b) * b;
}
