using Rubato.Models;

namespace Rubato.Training;

/// <summary>All that a run needs to go on where it stood: the model, every endpoint's state, and how far the run was.</summary>
/// <remarks>Arrays and snapshots belong to the checkpoint once it is made; nobody writes to them afterwards.</remarks>
public sealed record Checkpoint
{
    /// <summary>Global steps taken.</summary>
    public required long Step { get; init; }

    /// <summary>Samples whose gradient entered the model.</summary>
    public required long SamplesApplied { get; init; }

    /// <summary>The number of the next mini-batch to hand out.</summary>
    public required long NextBatch { get; init; }

    /// <summary>The cluster's clock, in seconds.</summary>
    public required double ClusterSeconds { get; init; }

    /// <summary>The parameters, shape [d].</summary>
    public required float[] Model { get; init; }

    /// <summary>The state of each endpoint under its name: <c>worker-3</c>, <c>server-0</c>, <c>conductor</c>.</summary>
    public required IReadOnlyDictionary<string, StateSnapshot> States { get; init; }

    /// <summary>The folder it was read from; null for one that was not.</summary>
    internal string? Folder { get; init; }

    /// <summary>The blocks of the model, so that its file holds one named tensor a block; null for one tensor. Not read back.</summary>
    public ParameterLayout? Layout { get; init; }
}
