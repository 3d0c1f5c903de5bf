namespace Rubato.Models;

/// <summary>How the rows of an embedding bag become one vector.</summary>
public enum EmbeddingReduction
{
    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their mean; zero for an empty bag.</summary>
    Mean,
}
