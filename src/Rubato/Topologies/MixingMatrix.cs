namespace Rubato.Topologies;

/// <summary>The weights W of a round of mixing, x_i ← Σ_j W_ij x_j, on the edges of a topology and on the diagonal.</summary>
/// <remarks>
/// Weights are whole multiples of 2⁻²⁴, which single precision holds exactly, and what an edge loses by that the diagonal gets: their sums are 1 to
/// the bit. Three times a rounded ⅓ is not, and a mean that grows by 3·10⁻⁸ a round is lost in the end.
/// </remarks>
internal sealed class MixingMatrix
{
    private readonly Func<int, int, double> _weight;

    private MixingMatrix(Topology topology, Func<int, int, double> weight) => (Topology, _weight) = (topology, weight);

    /// <summary>Where the weights are not zero.</summary>
    public Topology Topology { get; }

    /// <summary>The number of ranks.</summary>
    public int Size => Topology.Size;

    /// <summary>Metropolis–Hastings: W_ij = 1 / (1 + max(deg i, deg j)), and the rest on the diagonal. Symmetric, hence doubly stochastic.</summary>
    /// <remarks>Xiao and Boyd, "Fast linear iterations for distributed averaging", Systems and Control Letters 53, 2004. On a ring it is ⅓ each.</remarks>
    /// <param name="topology">Its edges go both ways.</param>
    public static MixingMatrix Metropolis(Topology topology)
    {
        double Edge(int i, int j) => Exact(1.0 / (1 + Math.Max(topology.SourcesOf(i).Length, topology.SourcesOf(j).Length)));
        return new MixingMatrix(topology, (i, j) => i != j ? Edge(i, j) : 1 - topology.SourcesOf(i).Sum(other => Edge(i, other)));
    }

    /// <summary>Every rank divides itself evenly between its targets and itself: W_ij = 1 / (1 + targets of j). Column-stochastic only.</summary>
    public static MixingMatrix Push(Topology topology) => new(topology, (i, j) =>
    {
        int targets = topology.TargetsOf(j).Length;
        double share = Exact(1.0 / (1 + targets));
        return i != j ? share : 1 - targets * share;
    });

    /// <summary>One rank's part.</summary>
    public MixingRow RowOf(int rank)
    {
        int[] sources = [.. Topology.SourcesOf(rank).Append(rank).Order()];
        return new MixingRow(sources, [.. sources.Select(source => _weight(rank, source))], Topology.TargetsOf(rank));
    }

    /// <summary>All weights, W[i, j] that of j's vector in i's next one.</summary>
    public double[,] ToDense()
    {
        var dense = new double[Size, Size];
        for (int rank = 0; rank < Size; rank++)
        {
            MixingRow row = RowOf(rank);
            for (int k = 0; k < row.Sources.Length; k++) dense[rank, row.Sources[k]] = row.Weights[k];
        }
        return dense;
    }

    /// <summary>1 − σ₂: by what share a round at least brings vectors nearer to their mean, measured by their distance from it. 0 where some never mix.</summary>
    /// <remarks>σ₂ is the largest singular value on what is orthogonal to the mean, found by power iteration on WᵀW. For doubly stochastic weights.</remarks>
    public double SpectralGap()
    {
        if (Size == 1) return 1;
        MixingRow[] rows = [.. Enumerable.Range(0, Size).Select(RowOf)];
        // Any start that no symmetry of the topology makes orthogonal to the slowest mode.
        double[] x = [.. Enumerable.Range(0, Size).Select(rank => Math.Sin(1 + rank) + rank * 0.01)];
        double squared = 0;
        for (int iteration = 0; iteration < 20_000; iteration++)
        {
            Normalize(x);
            double[] y = new double[Size], z = new double[Size];
            for (int i = 0; i < Size; i++)
                for (int k = 0; k < rows[i].Sources.Length; k++) y[i] += rows[i].Weights[k] * x[rows[i].Sources[k]];
            for (int i = 0; i < Size; i++)
                for (int k = 0; k < rows[i].Sources.Length; k++) z[rows[i].Sources[k]] += rows[i].Weights[k] * y[i];
            double next = y.Sum(value => value * value);
            if (next < 1e-20) return 1;
            bool settled = Math.Abs(next - squared) < 1e-13;
            (squared, x) = (next, z);
            if (settled && iteration > 100) break;
        }
        return 1 - Math.Sqrt(squared);
    }

    private static double Exact(double weight) => Math.Round(weight * (1 << 24)) / (1 << 24);

    private static void Normalize(double[] x)
    {
        double mean = x.Average(), norm = Math.Sqrt(x.Sum(value => (value - mean) * (value - mean)));
        for (int i = 0; i < x.Length; i++) x[i] = norm > 0 ? (x[i] - mean) / norm : 0;
    }
}
