namespace Rubato.Configuration;

/// <summary>One option of a catalogue entry, as <c>rubato list</c> shows it.</summary>
/// <param name="Key">The key in a specification.</param>
/// <param name="Type">The kind of value in words, for example <c>integer</c>.</param>
/// <param name="Default">The default as it would be written, or an empty string where there is none.</param>
/// <param name="Summary">What it means, with unit and range.</param>
public sealed record OptionDescription(string Key, string Type, string Default, string Summary);
