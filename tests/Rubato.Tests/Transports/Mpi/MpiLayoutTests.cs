using Rubato.Configuration;
using Rubato.Transports.Mpi;

namespace Rubato.Tests.Transports.Mpi;

public sealed class MpiLayoutTests
{
    [Theory]
    [InlineData(8, 1, 9, "0 1 2 3 4 5 6 7 8 0")]
    [InlineData(8, 1, 8, "0 1 2 3 4 5 6 7 0 0")]
    [InlineData(4, 0, 4, "0 1 2 3 0")]
    [InlineData(4, 3, 4, "0 1 2 3 0 1 2 0")]
    [InlineData(4, 3, 6, "0 1 2 3 4 5 4 0")]
    [InlineData(4, 3, 7, "0 1 2 3 4 5 6 0")]
    [InlineData(2, 4, 2, "0 1 0 0 1 1 0")]
    [InlineData(1, 0, 1, "0 0")]
    public void Workers_are_on_the_first_ranks_servers_behind_or_beside_them(int workers, int servers, int ranks, string expected)
    {
        MpiLayout layout = MpiLayout.Of(workers, servers, ranks);
        Assert.Equal(expected, string.Join(' ', Enumerable.Range(0, layout.Endpoints).Select(layout.RankOf)));
        Assert.Equal(Enumerable.Range(0, layout.Endpoints), Enumerable.Range(0, ranks).SelectMany(layout.EndpointsOf).Order());
        Assert.All(Enumerable.Range(0, ranks), rank => Assert.NotEmpty(layout.EndpointsOf(rank)));
    }

    [Theory]
    [InlineData(8, 1, 7, "8 workers and 1 server", "mpirun -n 9", "--workers 6")]
    [InlineData(8, 1, 10, "8 workers and 1 server", "8 ranks (servers beside workers) to 9", "--workers 9")]
    [InlineData(4, 0, 5, "4 workers and no server", "takes 4 ranks", "--workers 5")]
    [InlineData(4, 0, 1, "MPI started 1 rank,", "mpirun -n 4", "--workers 1")]
    public void A_world_that_does_not_fit_is_refused_with_what_does(int workers, int servers, int ranks, params string[] parts)
    {
        InvalidRequestException refusal = Assert.Throws<InvalidRequestException>(() => MpiLayout.Of(workers, servers, ranks));
        Assert.All(parts, part => Assert.Contains(part, refusal.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_group_with_two_members_on_one_rank_has_no_ranks_of_its_own()
    {
        MpiLayout layout = MpiLayout.Of(3, 1, 3);
        Assert.Equal([2, 0], layout.RanksOf([2, 0])!);
        Assert.Null(layout.RanksOf([0, 1, 3]));
        Assert.Equal([1, 0], layout.RanksOf([1, 3])!);
    }
}
