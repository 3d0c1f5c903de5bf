namespace Rubato.Topologies;

/// <summary>A topology with its ranks on two sides and the edges between them only, so that one side can ask and the other answer.</summary>
/// <remarks>
/// The sides are the even and the odd ranks where the edges between those join everybody, else the ranks at even and at odd distance from rank 0, whose
/// edges always do. The larger side asks.
/// </remarks>
internal sealed class Bipartition
{
    private readonly bool[] _asks;

    /// <summary>Divides a topology whose edges go both ways.</summary>
    public Bipartition(Topology topology)
    {
        _asks = [.. Enumerable.Range(0, topology.Size).Select(rank => rank % 2 == 0)];
        Edges = topology.Where((rank, other) => _asks[rank] != _asks[other]);
        if (Edges.IsConnected()) return;
        int[] distances = topology.DistancesFromFirst();
        int near = distances.Count(distance => distance % 2 == 0);
        for (int rank = 0; rank < _asks.Length; rank++) _asks[rank] = distances[rank] % 2 == 0 == (2 * near >= _asks.Length);
    }

    /// <summary>The edges between the sides.</summary>
    public Topology Edges { get; }

    /// <summary>Whether a rank is on the side that asks.</summary>
    public bool Asks(int rank) => _asks[rank];
}
