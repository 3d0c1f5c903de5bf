using Rubato.Communication;
using Rubato.Configuration;

namespace Rubato.Tests.Communication;

public sealed class RankEnvironmentTests
{
    [Theory]
    [InlineData("RANK=3 WORLD_SIZE=8 LOCAL_RANK=1 MASTER_ADDR=10.0.0.5 MASTER_PORT=29500", "RankEnvironment { Rank = 3, WorldSize = 8, LocalRank = 1, MasterAddress = 10.0.0.5, MasterPort = 29500 }")]
    [InlineData("RANK=0 WORLD_SIZE=1", "RankEnvironment { Rank = 0, WorldSize = 1, LocalRank = , MasterAddress = , MasterPort =  }")]
    [InlineData("OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_LOCAL_RANK=0", "RankEnvironment { Rank = 2, WorldSize = 4, LocalRank = 0, MasterAddress = , MasterPort =  }")]
    [InlineData("PMI_RANK=1 PMI_SIZE=2 MPI_LOCALRANKID=1", "RankEnvironment { Rank = 1, WorldSize = 2, LocalRank = 1, MasterAddress = , MasterPort =  }")]
    [InlineData("SLURM_PROCID=5 SLURM_NTASKS=6 SLURM_LOCALID=1", "RankEnvironment { Rank = 5, WorldSize = 6, LocalRank = 1, MasterAddress = , MasterPort =  }")]
    // Inside a batch step, mpirun hands Slurm's numbers of the step itself down to every rank.
    [InlineData("SLURM_PROCID=0 SLURM_NTASKS=1 OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=4", "RankEnvironment { Rank = 2, WorldSize = 4, LocalRank = , MasterAddress = , MasterPort =  }")]
    [InlineData("RANK=2 WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=4 LOCAL_RANK=", "RankEnvironment { Rank = 2, WorldSize = 4, LocalRank = , MasterAddress = , MasterPort =  }")]
    public void Each_launcher_s_variables_are_understood(string variables, string expected) =>
        Assert.Equal(expected, RankEnvironment.Read(Variables(variables)).ToString());

    [Theory]
    [InlineData("", "No launcher")]
    [InlineData("RANK=1", "WORLD_SIZE is not")]
    [InlineData("SLURM_NTASKS=4", "SLURM_PROCID is not")]
    [InlineData("RANK=4 WORLD_SIZE=4", "0 to 3")]
    [InlineData("RANK=-1 WORLD_SIZE=4", "RANK is '-1'")]
    [InlineData("RANK=two WORLD_SIZE=4", "RANK is 'two'")]
    [InlineData("RANK=0 WORLD_SIZE=0", "WORLD_SIZE is '0'")]
    [InlineData("RANK=0 WORLD_SIZE=2 MASTER_PORT=70000", "from 0 to 65535")]
    [InlineData("RANK=0 WORLD_SIZE=2 LOCAL_RANK=x", "LOCAL_RANK is 'x'")]
    [InlineData("RANK=1 WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=4", "OMPI_COMM_WORLD_RANK")]
    [InlineData("OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=4 PMI_RANK=1 PMI_SIZE=8", "rank 1 of 8")]
    public void Half_pairs_conflicts_and_nonsense_are_refused_by_name(string variables, string part) =>
        Assert.Contains(part, Assert.Throws<InvalidRequestException>(() => RankEnvironment.Read(Variables(variables))).Message, StringComparison.Ordinal);

    private static Func<string, string?> Variables(string text)
    {
        var variables = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        return name => variables.GetValueOrDefault(name);
    }
}
