namespace Rubato.Data;

/// <summary>What a published file is found to be on disk.</summary>
public enum FileState
{
    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>Its SHA-256 is the published one.</summary>
    Intact,

    /// <summary>It is there, but its SHA-256 is not the published one.</summary>
    Damaged,
}
