namespace Rubato.Communication;

/// <summary>One rank's call of a collective that an <see cref="ICollectiveEngine"/> does as a whole.</summary>
/// <param name="kind">The collective.</param>
/// <param name="operation">The reduction, where there is one.</param>
/// <param name="root">The root's rank in the group, where there is one.</param>
/// <param name="members">Endpoint numbers in the group's rank order, equal on all members.</param>
/// <param name="rank">The caller's rank in the group.</param>
/// <param name="tag">The call's own tag, equal on all members and different from every other call's under way.</param>
/// <param name="vector">The caller's vector, in place; belongs to the collective until it completes.</param>
/// <param name="deterministic">Whether sums must be formed in rank order.</param>
public sealed class WholeCollective(
    CollectiveKind kind, ReduceOperation operation, int root, IReadOnlyList<int> members, int rank, MessageTag tag, Memory<float> vector,
    bool deterministic)
{
    /// <summary>The collective.</summary>
    public CollectiveKind Kind => kind;

    /// <summary>The reduction, where there is one.</summary>
    public ReduceOperation Operation => operation;

    /// <summary>The root's rank in the group, where there is one.</summary>
    public int Root => root;

    /// <summary>Endpoint numbers in the group's rank order.</summary>
    public IReadOnlyList<int> Members => members;

    /// <summary>The caller's rank in the group.</summary>
    public int Rank => rank;

    /// <summary>Equal on all members and different from every other call's under way.</summary>
    public MessageTag Tag => tag;

    /// <summary>The caller's vector, in place.</summary>
    public Memory<float> Vector => vector;

    /// <summary>Whether sums must be formed in rank order, as <see cref="Numerics.RankOrderedMean"/> does.</summary>
    public bool Deterministic => deterministic;

    /// <summary>Whether its group is made for one occasion only: nothing that is kept for the group will be used again.</summary>
    public bool IsForOnce { get; init; }

    /// <summary>What this rank's part would cost if it were done by messages.</summary>
    internal CollectiveCost Cost => kind switch
    {
        CollectiveKind.AllReduce => DirectAllReduce.CostOf(rank, members.Count, vector.Length),
        CollectiveKind.ReduceScatter => DirectReduceScatter.CostOf(rank, members.Count, vector.Length),
        CollectiveKind.AllGather => DirectAllGather.CostOf(rank, members.Count, vector.Length),
        CollectiveKind.Broadcast => BinomialBroadcast.CostOf(rank, members.Count, vector.Length, root),
        CollectiveKind.Barrier => DisseminationBarrier.CostOf(members.Count),
        _ => throw new InvalidOperationException($"There is no formula for {kind}, which no world does as a whole."),
    };

    /// <summary>An endpoint that has not come yet, for the message of a call that fails at its deadline; <see cref="Endpoints.Any"/> where that is unknown.</summary>
    public int WaitedFor { get; set; } = Endpoints.Any;
}
