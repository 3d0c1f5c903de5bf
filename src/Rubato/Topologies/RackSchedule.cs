namespace Rubato.Topologies;

/// <summary>Racks among themselves, and every other round one rank of each rack with those of the others, so that one flow at a time leaves a rack.</summary>
/// <remarks>
/// After the "rack-aware" schedule for DS-Sync: even rounds, the racks; odd rounds, the representatives of all racks make a group, and what is left
/// of each rack another. The office of representative goes round, so everybody's replica is carried out in its turn.
/// </remarks>
/// <param name="size">The number of ranks.</param>
/// <param name="rack">Ranks of a rack, which are neighbours; the last rack may be smaller. At least 1.</param>
internal sealed class RackSchedule(int size, int rack) : GroupSchedule(size)
{
    /// <inheritdoc/>
    public override int[] MembersOf(int rank, long round)
    {
        int own = rank / rack, racks = (Size + rack - 1) / rack;
        int[] neighbours = [.. Enumerable.Range(own * rack, SizeOf(own))];
        if (round % 2 == 0 || racks == 1) return neighbours;
        int representative = RepresentativeOf(own, round);
        return rank == representative
            ? [.. Enumerable.Range(0, racks).Select(other => RepresentativeOf(other, round))]
            : [.. neighbours.Where(neighbour => neighbour != representative)];
    }

    private int RepresentativeOf(int number, long round) => number * rack + (int)(round / 2 % SizeOf(number));

    private int SizeOf(int number) => Math.Min(rack, Size - number * rack);
}
