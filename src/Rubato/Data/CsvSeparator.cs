namespace Rubato.Data;

/// <summary>What stands between two fields of a CSV file.</summary>
internal enum CsvSeparator
{
    /// <summary>A comma.</summary>
    Comma,

    /// <summary>A semicolon.</summary>
    Semicolon,

    /// <summary>A tabulator.</summary>
    Tab,
}
