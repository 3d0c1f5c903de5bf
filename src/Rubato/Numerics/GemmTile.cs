namespace Rubato.Numerics;

/// <summary>One tile of a product as a kernel gets it: C ← A·B + beta·C for a few rows and a few vectors of columns.</summary>
/// <remarks>
/// A is read by two strides, so it may be packed, stored or stored transposed. B's rows are contiguous and readable up to the next
/// whole vector; C is touched inside the tile only.
/// </remarks>
internal unsafe ref struct GemmTile
{
    /// <summary>A's first element; element (i, p) stands at <c>i·RowStride + p·DepthStride</c>.</summary>
    public float* A;

    /// <summary>Elements between two rows of A.</summary>
    public nint RowStride;

    /// <summary>Elements between two columns of A.</summary>
    public nint DepthStride;

    /// <summary>B's first element, shape [Depth, Columns].</summary>
    public float* B;

    /// <summary>Elements between two rows of B.</summary>
    public nint StrideB;

    /// <summary>C's first element, shape [Rows, Columns].</summary>
    public float* C;

    /// <summary>Elements between two rows of C.</summary>
    public nint StrideC;

    /// <summary>Rows of A and C, from 1 to the kernel's own number.</summary>
    public int Rows;

    /// <summary>Columns of B and C, from 1 to the kernel's own number.</summary>
    public int Columns;

    /// <summary>The common extent, at least 1.</summary>
    public nint Depth;

    /// <summary>0 overwrites C without reading it.</summary>
    public float Beta;
}
