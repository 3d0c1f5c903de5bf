using Rubato.Training;

namespace Rubato.Studies;

/// <summary>A case that breaks a promise.</summary>
/// <param name="Seed">The seed that it was drawn from.</param>
/// <param name="Job">The smallest job made from it that still fails.</param>
/// <param name="What">What is wrong with how that one goes.</param>
public sealed record FaultFinding(ulong Seed, TrainingJob Job, string What);
