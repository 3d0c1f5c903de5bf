namespace Rubato.Numerics;

/// <summary>Whether a matrix enters a product as it is stored or transposed.</summary>
public enum Transpose
{
    /// <summary>As stored, row-major.</summary>
    No,

    /// <summary>Transposed.</summary>
    Yes,
}
