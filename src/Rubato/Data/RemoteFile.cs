namespace Rubato.Data;

/// <summary>A published file: where it can be had, and how to know that it is the right one.</summary>
/// <param name="Name">Its name, without a folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">The SHA-256 of its bytes, in lower-case hexadecimal.</param>
/// <param name="Addresses">Where it can be fetched from, in the order in which they are tried.</param>
public sealed record RemoteFile(string Name, long Bytes, string Sha256, IReadOnlyList<Uri> Addresses);
