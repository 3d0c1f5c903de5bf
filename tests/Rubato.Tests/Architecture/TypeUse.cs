namespace Rubato.Tests.Architecture;

/// <summary>One use of a type, or of a member of it, by compiled code.</summary>
/// <param name="User">The full name of the outermost type whose code or signature uses it.</param>
/// <param name="UserNamespace">That type's namespace.</param>
/// <param name="UsedNamespace">The used type's namespace.</param>
/// <param name="Used">The used type's name, with its outer types: <c>Outer.Inner</c>.</param>
/// <param name="Member">The used member, null where only the type is named.</param>
internal sealed record TypeUse(string User, string UserNamespace, string UsedNamespace, string Used, string? Member)
{
    /// <summary>The use as one reads it: <c>System.Threading.Tasks.Task.Run</c>.</summary>
    public string Target => $"{UsedNamespace}.{Used}{(Member is null ? "" : $".{Member}")}";

    /// <inheritdoc/>
    public override string ToString() => $"{User} uses {Target}";
}
