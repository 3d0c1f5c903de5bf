namespace Rubato.Data;

/// <summary>A data file is truncated, corrupt or not in the format it was read as; the message names the file, the place, what was wrong and the fix.</summary>
public sealed class DataFormatException : Exception
{
    /// <summary>Creates the exception; the message begins with the path and the place.</summary>
    /// <param name="path">The file.</param>
    /// <param name="place">Where in it, for example <c>byte 1024</c> or <c>line 3</c>.</param>
    /// <param name="problem">The value, the limit and the fix.</param>
    /// <param name="inner">The exception that showed it, if any.</param>
    public DataFormatException(string path, string place, string problem, Exception? inner = null) : base($"{path}, {place}: {problem}", inner)
    {
        Path = path;
        Place = place;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Where in the file: a byte offset into its content (decompressed, where it is compressed) or a line number from 1.</summary>
    public string Place { get; }
}
