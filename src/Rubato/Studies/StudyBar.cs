namespace Rubato.Studies;

/// <summary>One thing that a study must show.</summary>
/// <param name="What">What is looked at, for example <c>one group, one worker four times slower: time over undisturbed</c>.</param>
/// <param name="Asked">What it must be, for example <c>3.0 or more</c>.</param>
/// <param name="Figure">What it was.</param>
/// <param name="Holds">Whether that is what was asked for.</param>
public sealed record StudyBar(string What, string Asked, string Figure, bool Holds);
