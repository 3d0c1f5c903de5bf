namespace Rubato.Data;

/// <summary>How far the fetching of a file is.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Bytes">The bytes on disk.</param>
/// <param name="TotalBytes">The bytes that the file will have.</param>
/// <param name="Note">What happened, where there is something to tell: a failed attempt, a resumption, the end. Null for mere progress.</param>
public sealed record FetchProgress(string File, long Bytes, long TotalBytes, string? Note = null);
