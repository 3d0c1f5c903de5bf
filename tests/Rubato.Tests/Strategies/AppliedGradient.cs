namespace Rubato.Tests.Strategies;

/// <summary>A line of the ledger, with the batch that the worker was at.</summary>
internal readonly record struct AppliedGradient(int Worker, int Samples, int Staleness, long Batch);
