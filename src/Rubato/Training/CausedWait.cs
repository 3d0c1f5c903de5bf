namespace Rubato.Training;

/// <summary>Waiting that one worker caused.</summary>
/// <param name="Worker">Who made others wait.</param>
/// <param name="Wait">For how long: the sum over those that waited.</param>
internal readonly record struct CausedWait(int Worker, TimeSpan Wait);
