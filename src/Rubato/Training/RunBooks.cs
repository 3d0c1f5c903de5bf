namespace Rubato.Training;

/// <summary>What a checkpoint says about the run, all of one moment.</summary>
/// <param name="State">The conductor's state.</param>
/// <param name="Steps">Global steps taken.</param>
/// <param name="SamplesApplied">Samples whose gradient entered the model.</param>
/// <param name="NextBatch">The number of the next mini-batch to hand out.</param>
/// <param name="Elapsed">The cluster's clock.</param>
internal sealed record RunBooks(StateSnapshot State, long Steps, long SamplesApplied, long NextBatch, TimeSpan Elapsed);
