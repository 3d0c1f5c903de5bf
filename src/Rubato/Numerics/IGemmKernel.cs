namespace Rubato.Numerics;

/// <summary>A register tile of one instruction set.</summary>
/// <remarks>
/// Every kernel forms each element as the same chain: fused multiply-adds in ascending depth from zero, then one with beta·C. So all
/// kernels give the same bits, and an element's bits do not depend on where in a tile it stands.
/// </remarks>
internal interface IGemmKernel
{
    /// <summary>Whether this processor runs it.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>The most rows of a tile.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of one vector; B is read in whole vectors.</summary>
    static abstract int Lanes { get; }

    /// <summary>Columns of a full tile.</summary>
    static abstract int Columns { get; }

    /// <summary>Computes one tile.</summary>
    static abstract void Multiply(ref GemmTile tile);
}
