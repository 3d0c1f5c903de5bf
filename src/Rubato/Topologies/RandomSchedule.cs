using Rubato.Communication;
using Rubato.Numerics;

namespace Rubato.Topologies;

/// <summary>A fresh random partition each round, drawn from a seed that all ranks share; group sizes differ by one at most.</summary>
/// <remarks>Every rank shuffles all ranks every round, which is the price of asking nobody: the time of a round grows with their number.</remarks>
/// <param name="size">The number of ranks.</param>
/// <param name="largest">The most members of a group, at least 1.</param>
/// <param name="seed">Equal on all ranks.</param>
internal sealed class RandomSchedule(int size, int largest, ulong seed) : GroupSchedule(size)
{
    private readonly int[] _order = new int[size];
    private long _dealt = -1;

    /// <inheritdoc/>
    public override bool Repeats => false;

    /// <inheritdoc/>
    public override int[] MembersOf(int rank, long round)
    {
        if (_dealt != round)
        {
            for (int i = 0; i < _order.Length; i++) _order[i] = i;
            RandomStream.Create(seed, "random groups", round).Shuffle<int>(_order);
            _dealt = round;
        }
        int groups = (Size + largest - 1) / largest, place = Array.IndexOf(_order, rank);
        // Chunks differ by one at most, so the place alone tells its chunk up to one.
        int group = (int)((long)place * groups / Size);
        while (Chunks.Of(group, groups, Size).End.Value <= place) group++;
        while (Chunks.Of(group, groups, Size).Start.Value > place) group--;
        int[] members = _order[Chunks.Of(group, groups, Size)];
        Array.Sort(members);
        return members;
    }
}
