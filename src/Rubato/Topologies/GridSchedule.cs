namespace Rubato.Topologies;

/// <summary>Ranks stand on a grid, and each round groups those that share a line along the next of its axes: rows, columns, and on.</summary>
/// <remarks>
/// <para>Rank r has the digits of r in the mixed radix of the axes. Where the grid is full, a group of one axis holds exactly one member of each group
/// of another, and a round of averages along every axis is one global average.</para>
/// <para>A grid may be ragged: with a prime number of ranks its last lines are short. Groups are then of unequal sizes, the mean over all ranks is
/// preserved as ever, and every rank is linked to every other (each step down in a digit leads to a smaller rank); only consensus takes more rounds.</para>
/// </remarks>
/// <param name="size">The number of ranks, at most the product of the axes.</param>
/// <param name="axes">The extent of each axis, the first one along neighbouring ranks; each at least 2, or one axis of 1 for a single rank.</param>
internal sealed class GridSchedule(int size, IReadOnlyList<int> axes) : GroupSchedule(size)
{
    /// <summary>The extent of each axis.</summary>
    public IReadOnlyList<int> Axes => axes;

    /// <summary>A grid of lines of at most so many ranks: a full one if the number of ranks has such factors, else a ragged one.</summary>
    public static GridSchedule OfLines(int size, int longest)
    {
        if (longest >= size) return new GridSchedule(size, [size]);
        var axes = new List<int>();
        int rest = size;
        for (int factor; rest > 1 && (factor = LargestDivisor(rest, longest)) > 1; rest /= factor) axes.Add(factor);
        if (rest == 1) return new GridSchedule(size, axes);

        axes.Clear();
        for (rest = size; rest > 1; rest = (rest + longest - 1) / longest) axes.Add(Math.Min(longest, rest));
        return new GridSchedule(size, axes);
    }

    /// <summary>Two axes as equal as can be: those of a full grid unless that would be more than twice as long as wide.</summary>
    public static GridSchedule NearSquare(int size)
    {
        int root = (int)Math.Ceiling(Math.Sqrt(size)), width = LargestDivisor(size, root);
        int longer = Math.Max(width, size / width);
        return OfLines(size, (long)longer * longer <= 2L * size ? longer : root);
    }

    /// <inheritdoc/>
    public override int[] MembersOf(int rank, long round)
    {
        int axis = (int)(round % axes.Count), stride = 1;
        for (int before = 0; before < axis; before++) stride *= axes[before];
        int first = rank - rank / stride % axes[axis] * stride;
        var members = new List<int>(axes[axis]);
        for (int place = 0; place < axes[axis] && first + place * (long)stride < Size; place++) members.Add(first + place * stride);
        return [.. members];
    }

    private static int LargestDivisor(int number, int atMost)
    {
        for (int divisor = Math.Min(number, atMost); divisor > 1; divisor--)
            if (number % divisor == 0) return divisor;
        return 1;
    }
}
