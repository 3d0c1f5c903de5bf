namespace Rubato.Configuration;

/// <summary>A property that holds the options of something else, which are written among the record's own; null where none of them is given.</summary>
/// <param name="condition">When they apply, as it begins their descriptions: <c>with base=gossip</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OptionGroupAttribute(string condition) : Attribute
{
    /// <summary>When they apply.</summary>
    public string Condition { get; } = condition;
}
