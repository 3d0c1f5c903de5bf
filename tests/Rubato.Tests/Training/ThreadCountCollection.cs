namespace Rubato.Tests.Training;

/// <summary>Tests that run alone, because they count the threads of this process.</summary>
[CollectionDefinition(nameof(ThreadCountCollection), DisableParallelization = true)]
public sealed class ThreadCountCollection;
