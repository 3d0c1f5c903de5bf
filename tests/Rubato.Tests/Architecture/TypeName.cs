namespace Rubato.Tests.Architecture;

/// <summary>A type's namespace and name (with outer types) in metadata.</summary>
internal readonly record struct TypeName(string Namespace, string Name);
