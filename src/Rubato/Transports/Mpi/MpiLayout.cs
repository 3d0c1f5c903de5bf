using Rubato.Configuration;

namespace Rubato.Transports.Mpi;

/// <summary>Which MPI rank runs which endpoint.</summary>
/// <remarks>
/// Worker i is on rank i. Servers have the ranks after the workers, in turn where there are fewer of these than servers; without any, servers live
/// beside workers, spread evenly. The conductor is on rank 0.
/// </remarks>
internal sealed class MpiLayout
{
    private readonly int[] _ranks;

    private MpiLayout(int[] ranks) => _ranks = ranks;

    /// <summary>The number of endpoints.</summary>
    public int Endpoints => _ranks.Length;

    /// <summary>The layout of a job.</summary>
    /// <param name="workers">Workers; at least 1.</param>
    /// <param name="servers">Servers; 0 or more.</param>
    /// <param name="ranks">MPI ranks.</param>
    /// <exception cref="InvalidRequestException">There are too few ranks, or more than have anything to do.</exception>
    public static MpiLayout Of(int workers, int servers, int ranks)
    {
        int extra = ranks - workers;
        if (extra < 0 || extra > servers)
        {
            string roles = servers == 0 ? $"{workers} workers and no server" : $"{workers} workers and {servers} server{(servers == 1 ? "" : "s")}";
            string fitting = servers == 0 ? $"{workers} ranks"
                : $"{workers} ranks (servers beside workers) to {workers + servers} (each server on a rank of its own)";
            throw new InvalidRequestException(
                $"MPI started {ranks} rank{(ranks == 1 ? "" : "s")}, but the job has {roles}, for which it takes {fitting}. "
                + $"Start it with mpirun -n {workers + servers}, or ask for --workers {Math.Max(1, ranks - servers)}.");
        }
        int ServerRank(int server) => extra > 0 ? workers + server % extra : (int)((long)server * workers / servers);
        return new MpiLayout([.. Enumerable.Range(0, workers), .. Enumerable.Range(0, servers).Select(ServerRank), 0]);
    }

    /// <summary>One endpoint on each rank.</summary>
    public static MpiLayout OnePerRank(int ranks) => new([.. Enumerable.Range(0, ranks)]);

    /// <summary>The rank of an endpoint.</summary>
    public int RankOf(int endpoint) => _ranks[endpoint];

    /// <summary>The endpoints of a rank, in order.</summary>
    public IEnumerable<int> EndpointsOf(int rank) => Enumerable.Range(0, _ranks.Length).Where(endpoint => _ranks[endpoint] == rank);

    /// <summary>The ranks of a group's members; null where two members share a rank, which MPI's collectives cannot express.</summary>
    public int[]? RanksOf(IReadOnlyList<int> members)
    {
        int[] ranks = [.. members.Select(RankOf)];
        return ranks.Distinct().Count() == ranks.Length ? ranks : null;
    }
}
