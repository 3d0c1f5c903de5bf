namespace Rubato.Training;

/// <summary>Who made whom wait at one join.</summary>
/// <remarks>
/// Wait of rank i = (ready time of the last rank that is waited for) − (ready time of i), and never negative. The last one caused all of it;
/// ranks that were last at the same instant caused equal parts, so that the caused waits of a join add up to its waits to the tick.
/// </remarks>
internal static class Join
{
    /// <summary>Attributes the waits of a join.</summary>
    /// <param name="members">All ranks that joined.</param>
    /// <param name="caused">Is told who caused waiting, and how much.</param>
    /// <param name="waited">Is told who waited, from when, and for how long; null for nobody.</param>
    public static void Attribute(IReadOnlyList<JoinMember> members, Action<CausedWait> caused, Action<int, TimeSpan, TimeSpan>? waited)
    {
        TimeSpan last = TimeSpan.MinValue;
        foreach (JoinMember member in members)
            if (member.Role.HasFlag(JoinRole.IsWaitedFor) && member.Ready > last) last = member.Ready;

        long total = 0;
        int tied = 0;
        foreach (JoinMember member in members)
        {
            if (member.Role.HasFlag(JoinRole.IsWaitedFor) && member.Ready == last) tied++;
            if (!member.Role.HasFlag(JoinRole.Waits) || member.Ready >= last) continue;
            total += (last - member.Ready).Ticks;
            waited?.Invoke(member.Rank, member.Ready, last - member.Ready);
        }
        if (total == 0) return;

        foreach (JoinMember member in members)
        {
            if (!member.Role.HasFlag(JoinRole.IsWaitedFor) || member.Ready != last) continue;
            long share = total / tied--;
            total -= share;
            caused(new CausedWait(member.Rank, new TimeSpan(share)));
        }
    }
}
