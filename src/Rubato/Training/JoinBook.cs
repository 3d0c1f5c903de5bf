namespace Rubato.Training;

/// <summary>The conductor's ledger of waits: gathers the marks of each join, and forgets them as soon as it is known who made whom wait.</summary>
/// <remarks>
/// Cost: O(1) a mark. The members of a join that never becomes whole (one was lost) are forgotten, oldest join first, when more marks
/// are held than a run of ten thousand workers needs.
/// </remarks>
/// <param name="caused">Is told who caused waiting, and how much.</param>
/// <param name="waited">Is told who waited, from when, and for how long; null for nobody.</param>
internal sealed class JoinBook(Action<CausedWait> caused, Action<int, TimeSpan, TimeSpan>? waited)
{
    /// <summary>The most marks held: 128 of each of 10,000 workers, rounded down; 24 MB.</summary>
    internal const int MostMarks = 1 << 20;

    private readonly Dictionary<long, LinkedListNode<(long Call, List<JoinMember> Members)>> _open = [];
    private readonly LinkedList<(long Call, List<JoinMember> Members)> _byAge = new();

    /// <summary>Marks of joins that are not whole yet.</summary>
    public int Held { get; private set; }

    /// <summary>Takes marks of one worker, in the order in which it made them.</summary>
    public void Take(int worker, ReadOnlySpan<JoinMark> marks)
    {
        foreach (JoinMark mark in marks)
        {
            if (!_open.TryGetValue(mark.Call, out LinkedListNode<(long Call, List<JoinMember> Members)>? join))
                _open.Add(mark.Call, join = _byAge.AddLast((mark.Call, [])));
            List<JoinMember> members = join.Value.Members;
            members.Add(new JoinMember(worker, mark.Ready, mark.Role));
            Held++;
            if (members.Count == mark.Size)
            {
                // The order in which marks came is the network's business and must not show, in whom a remainder falls to.
                members.Sort((a, b) => a.Rank.CompareTo(b.Rank));
                Join.Attribute(members, caused, waited);
                Forget(join);
            }
            while (Held > MostMarks) Forget(_byAge.First!);
        }
    }

    private void Forget(LinkedListNode<(long Call, List<JoinMember> Members)> join)
    {
        Held -= join.Value.Members.Count;
        _open.Remove(join.Value.Call);
        _byAge.Remove(join);
    }
}
