namespace Rubato.Topologies;

/// <summary>Never re-dealt: every round has the groups of another schedule's first. Replicas of different groups never hear of each other.</summary>
internal sealed class FixedSchedule(GroupSchedule inner) : GroupSchedule(inner.Size)
{
    /// <inheritdoc/>
    public override int[] MembersOf(int rank, long round) => inner.MembersOf(rank, 0);
}
