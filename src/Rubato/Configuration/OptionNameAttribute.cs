namespace Rubato.Configuration;

/// <summary>The key under which an option is written in a specification, where it is not the property's name in kebab case.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionNameAttribute(string name) : Attribute
{
    /// <summary>The key, for example <c>beta</c>.</summary>
    public string Name { get; } = name;
}
