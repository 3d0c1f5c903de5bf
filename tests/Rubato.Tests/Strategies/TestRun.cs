using Rubato.Training;

namespace Rubato.Tests.Strategies;

/// <summary>What came of a <see cref="TestJob"/>.</summary>
internal sealed record TestRun
{
    public required float[] Model { get; init; }

    public required IReadOnlyList<AppliedGradient> Applied { get; init; }

    public required IReadOnlyList<(int Worker, int Samples)> Dropped { get; init; }

    public required IReadOnlyList<long> StepsByWorker { get; init; }

    public required IReadOnlyList<long> Synchronizations { get; init; }

    public required IReadOnlyDictionary<string, StateSnapshot> States { get; init; }

    public required double Seconds { get; init; }

    /// <summary>When the last gradient of the budget was applied.</summary>
    public required double FilledSeconds { get; init; }

    public required long SamplesApplied { get; init; }

    public required long NextBatch { get; init; }

    /// <summary>Gradients that workers finished and handed to their strategy.</summary>
    public required long Computed { get; init; }

    /// <summary>What servers noted.</summary>
    public IReadOnlyList<string> Decisions { get; init; } = [];
}
