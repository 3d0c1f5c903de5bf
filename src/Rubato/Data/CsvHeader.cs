namespace Rubato.Data;

/// <summary>Whether the first line of a CSV file names the columns.</summary>
internal enum CsvHeader
{
    /// <summary>It does if a feature in it is not a number.</summary>
    Auto,

    /// <summary>It does.</summary>
    Present,

    /// <summary>It holds a sample.</summary>
    None,
}
