namespace Rubato.Simulation;

/// <summary>Something that will happen at a time of the virtual clock; held by whoever may want to call it off.</summary>
internal sealed class SimulatedEvent(SimulatedRank rank, SendOrPostCallback callback, object? state)
{
    /// <summary>Stands for "not in the queue".</summary>
    public const int Absent = -1;

    /// <summary>On whose behalf it happens.</summary>
    public SimulatedRank Rank => rank;

    /// <summary>What happens.</summary>
    public SendOrPostCallback Callback => callback;

    /// <summary>What the callback is given.</summary>
    public object? State => state;

    /// <summary>Its place in the queue's heap; kept by the queue.</summary>
    public int Place { get; set; } = Absent;
}
