namespace Rubato.Configuration;

/// <summary>The options of a catalogue entry that takes none.</summary>
public sealed record NoOptions;
