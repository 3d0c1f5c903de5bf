namespace Rubato.Transports.Mpi;

/// <summary>The group that every synchronous strategy uses, with its communicator made before the training.</summary>
/// <param name="Count">The workers, endpoints 0 to Count − 1, on the ranks of the same numbers.</param>
/// <param name="WaitsForAll">Whether its collectives wait until all have come and are then blocking calls: the same on all ranks.</param>
/// <param name="Channel">Its communicator; null on ranks without a worker.</param>
internal sealed record MpiWorkers(int Count, bool WaitsForAll, MpiChannel? Channel)
{
    /// <summary>Whether these are all workers in their order.</summary>
    public bool Are(IReadOnlyList<int> members)
    {
        if (members.Count != Count) return false;
        for (int i = 0; i < Count; i++)
            if (members[i] != i) return false;
        return true;
    }
}
