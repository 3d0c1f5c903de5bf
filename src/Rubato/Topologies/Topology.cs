namespace Rubato.Topologies;

/// <summary>Who sends to whom, as data: the targets and the sources of every rank.</summary>
/// <remarks>
/// Lists are made when they are asked for, so a rank of thousands keeps its own row only. Nobody is its own neighbour, and nobody stands twice in a list.
/// </remarks>
internal sealed class Topology
{
    private readonly Func<int, IEnumerable<int>> _targets, _sources;

    private Topology(int size, Func<int, IEnumerable<int>> targets, Func<int, IEnumerable<int>>? sources = null) =>
        (Size, _targets, _sources) = (size, targets, sources ?? targets);

    /// <summary>The number of ranks.</summary>
    public int Size { get; }

    /// <summary>The ranks that a rank sends to, ascending.</summary>
    public int[] TargetsOf(int rank) => Listed(_targets(rank), rank);

    /// <summary>The ranks that send to a rank, ascending.</summary>
    public int[] SourcesOf(int rank) => Listed(_sources(rank), rank);

    /// <summary>Each rank and the next one, the last and the first too.</summary>
    public static Topology Ring(int size) => Circulant(size, [1, -1]);

    /// <summary>Each rank to the next one.</summary>
    public static Topology DirectedRing(int size) => Circulant(size, [1]);

    /// <summary>A grid whose lines are closed, each rank with its four neighbours; rank r is in row r / columns.</summary>
    /// <param name="rows">At least 2.</param>
    /// <param name="columns">At least 2.</param>
    public static Topology Torus(int rows, int columns) => new(rows * columns, rank =>
    {
        (int row, int column) = Math.DivRem(rank, columns);
        return [(row + 1) % rows * columns + column, (row + rows - 1) % rows * columns + column,
            row * columns + (column + 1) % columns, row * columns + (column + columns - 1) % columns];
    });

    /// <summary>Each rank with those 1, 2, 4, 8 … before and after it.</summary>
    public static Topology Exponential(int size) => Circulant(size, [.. PowersBelow(size), .. PowersBelow(size).Select(power => -power)]);

    /// <summary>One round of the rotating directed exponential graph: each rank to those j · (p + 1)^e after it, j = 1 … p.</summary>
    /// <remarks>Assran et al., "Stochastic Gradient Push for Distributed Deep Learning", ICML 2019, arXiv:1811.10792.</remarks>
    /// <param name="size">The number of ranks.</param>
    /// <param name="peers">The targets of a rank and round (p), from 1 to size − 1; fewer where two of them are the same rank.</param>
    /// <param name="round">From 0; e goes through 0, 1 … while (p + 1)^e is below the size, and begins anew.</param>
    public static Topology RotatingExponential(int size, int peers, long round)
    {
        var powers = new List<int>();
        for (long power = 1; power < size; power *= peers + 1) powers.Add((int)power);
        long stride = powers.Count == 0 ? 0 : powers[(int)(round % powers.Count)];
        return Circulant(size, [.. Enumerable.Range(1, peers).Select(j => (int)(j * stride % size))]);
    }

    /// <summary>A binary tree with rank 0 at its root: rank r has the children 2r + 1 and 2r + 2.</summary>
    public static Topology Tree(int size) => new(size, rank =>
    {
        int[] around = [(rank - 1) / 2, 2 * rank + 1, 2 * rank + 2];
        return around.Where(other => other < size);
    });

    /// <summary>Rank 0 with everybody.</summary>
    public static Topology Star(int size) => new(size, rank => rank == 0 ? Enumerable.Range(1, size - 1) : [0]);

    /// <summary>Everybody with everybody.</summary>
    public static Topology Complete(int size) => new(size, _ => Enumerable.Range(0, size));

    /// <summary>Sites of neighbouring ranks: everybody with everybody of its site, and the first ranks of all sites with each other.</summary>
    /// <param name="size">The number of ranks.</param>
    /// <param name="site">The ranks of a site; the last site may be smaller. At least 1.</param>
    public static Topology Sites(int size, int site) => new(size, rank =>
    {
        int first = rank / site * site;
        IEnumerable<int> inside = Enumerable.Range(first, Math.Min(site, size - first));
        return rank == first ? inside.Concat(Enumerable.Range(0, (size + site - 1) / site).Select(other => other * site)) : inside;
    });

    /// <summary>Only the edges that these two ranks' condition keeps.</summary>
    public Topology Where(Func<int, int, bool> keeps) => new(
        Size, rank => _targets(rank).Where(other => keeps(rank, other)), rank => _sources(rank).Where(other => keeps(other, rank)));

    /// <summary>How many edges lie between rank 0 and each rank, along the edges' direction; −1 where there is no way.</summary>
    public int[] DistancesFromFirst() => DistancesOver(TargetsOf);

    /// <summary>Whether every rank can reach every other along the edges, in their direction.</summary>
    public bool IsConnected() => !DistancesOver(TargetsOf).Contains(-1) && !DistancesOver(SourcesOf).Contains(-1);

    private int[] DistancesOver(Func<int, int[]> next)
    {
        int[] distances = new int[Size];
        Array.Fill(distances, -1, 1, Size - 1);
        var open = new Queue<int>([0]);
        while (open.TryDequeue(out int rank))
        {
            foreach (int other in next(rank))
            {
                if (distances[other] >= 0) continue;
                distances[other] = distances[rank] + 1;
                open.Enqueue(other);
            }
        }
        return distances;
    }

    private static Topology Circulant(int size, int[] offsets) => new(
        size, rank => offsets.Select(offset => (rank + offset % size + size) % size), rank => offsets.Select(offset => (rank - offset % size + size) % size));

    private static IEnumerable<int> PowersBelow(int size)
    {
        for (int power = 1; power < size; power *= 2) yield return power;
    }

    private static int[] Listed(IEnumerable<int> ranks, int self) => [.. ranks.Where(other => other != self).Distinct().Order()];
}
