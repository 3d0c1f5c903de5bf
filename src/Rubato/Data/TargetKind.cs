namespace Rubato.Data;

/// <summary>What the labels of a text file are read as.</summary>
internal enum TargetKind
{
    /// <summary>Classes where all are whole numbers or all are words, else numbers.</summary>
    Auto,

    /// <summary>Classes: each distinct value is one.</summary>
    Class,

    /// <summary>Numbers to be predicted: a regression.</summary>
    Number,
}
