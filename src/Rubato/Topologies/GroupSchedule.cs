namespace Rubato.Topologies;

/// <summary>Which ranks are together in each round: a partition of all ranks for every round, the same on whoever asks.</summary>
/// <remarks>
/// A pure function of the round, so nobody has to be asked and nobody can be left waiting: a rank waits only for ranks in the same round,
/// and rounds order all waits.
/// </remarks>
internal abstract class GroupSchedule(int size)
{
    /// <summary>The number of ranks that are dealt out.</summary>
    public int Size => size;

    /// <summary>Whether the same few groups come again and again, so that it is worth to keep what belongs to them.</summary>
    public virtual bool Repeats => true;

    /// <summary>The members of one rank's group in ascending order, itself among them.</summary>
    /// <param name="rank">From 0 to <see cref="Size"/> − 1.</param>
    /// <param name="round">From 0.</param>
    public abstract int[] MembersOf(int rank, long round);

    /// <summary>All groups of a round, in the order of their first members.</summary>
    public int[][] GroupsOf(long round)
    {
        var groups = new List<int[]>();
        var dealt = new bool[size];
        for (int rank = 0; rank < size; rank++)
        {
            if (dealt[rank]) continue;
            int[] members = MembersOf(rank, round);
            foreach (int member in members) dealt[member] = true;
            groups.Add(members);
        }
        return [.. groups];
    }
}
