using System.Globalization;
using Rubato.Configuration;

namespace Rubato.Communication;

/// <summary>Who this process is, as its launcher says in environment variables.</summary>
/// <remarks>
/// Read in this order: <c>RANK</c>, <c>WORLD_SIZE</c>, <c>LOCAL_RANK</c> (PyTorch's names, which Rubato's own launcher sets);
/// <c>OMPI_COMM_WORLD_RANK</c>, <c>…_SIZE</c>, <c>…_LOCAL_RANK</c> (Open MPI); <c>PMI_RANK</c>, <c>PMI_SIZE</c>, <c>MPI_LOCALRANKID</c> (MPICH, Intel MPI);
/// <c>SLURM_PROCID</c>, <c>SLURM_NTASKS</c>, <c>SLURM_LOCALID</c>. The first three must agree where several are set. Slurm's only count when they stand
/// alone: <c>mpirun</c> inside a Slurm allocation hands the batch step's numbers down to every rank.
/// </remarks>
/// <param name="Rank">This process's rank, from 0.</param>
/// <param name="WorldSize">The number of ranks; at least 1.</param>
/// <param name="LocalRank">The rank among those of this machine, null if the launcher does not say.</param>
/// <param name="MasterAddress">Where the ranks meet (<c>MASTER_ADDR</c>), null if unset.</param>
/// <param name="MasterPort">The port there (<c>MASTER_PORT</c>), null if unset.</param>
public sealed record RankEnvironment(int Rank, int WorldSize, int? LocalRank, string? MasterAddress, int? MasterPort)
{
    private static readonly Convention[] Conventions =
    [
        new("RANK", "WORLD_SIZE", "LOCAL_RANK"),
        new("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK"),
        new("PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"),
        new("SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID"),
    ];

    /// <summary>Reads the variables.</summary>
    /// <param name="variable">The value of an environment variable, null or empty when it is not set.</param>
    /// <exception cref="InvalidRequestException">No launcher's variables are set, only half of a pair is, two launchers disagree, or a value is out of range.</exception>
    public static RankEnvironment Read(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        Convention? chosen = null;
        int rank = 0, size = 0;
        foreach (Convention convention in Conventions)
        {
            if (chosen is not null && convention.Rank == "SLURM_PROCID") break;
            int? itsRank = ReadNumber(variable, convention.Rank, 0, int.MaxValue), itsSize = ReadNumber(variable, convention.Size, 1, int.MaxValue);
            if (itsRank is null && itsSize is null) continue;
            if (itsRank is null || itsSize is null)
            {
                (string set, string missing) = itsRank is null ? (convention.Size, convention.Rank) : (convention.Rank, convention.Size);
                throw new InvalidRequestException($"{set} is set to '{variable(set)}', but {missing} is not. Set both, or neither.");
            }
            if (itsRank >= itsSize)
                throw new InvalidRequestException(
                    $"{convention.Rank} is {itsRank}, but {convention.Size} is {itsSize}: ranks go from 0 to {itsSize - 1}. Correct one of the two.");
            if (chosen is null)
                (chosen, rank, size) = (convention, itsRank.Value, itsSize.Value);
            else if (rank != itsRank || size != itsSize)
                throw new InvalidRequestException(
                    $"{chosen.Rank} and {chosen.Size} say rank {rank} of {size}, but {convention.Rank} and {convention.Size} say rank {itsRank} of {itsSize}. "
                    + "Unset the pair that does not belong to this launch.");
        }
        if (chosen is null)
            throw new InvalidRequestException(
                "No launcher has set a rank. Set RANK and WORLD_SIZE, or start the ranks with mpirun or srun, which set variables of their own.");

        return new RankEnvironment(
            rank, size, ReadNumber(variable, chosen.LocalRank, 0, int.MaxValue),
            variable("MASTER_ADDR") is { Length: > 0 } address ? address : null,
            ReadNumber(variable, "MASTER_PORT", 0, ushort.MaxValue));
    }

    private static int? ReadNumber(Func<string, string?> variable, string name, int least, int most)
    {
        if (variable(name) is not { Length: > 0 } text) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most) return number;
        string range = most == int.MaxValue ? $"of at least {least}" : $"from {least} to {most}";
        throw new InvalidRequestException($"{name} is '{text}', but it must be a whole number {range}. Correct it, or unset it.");
    }

    private sealed record Convention(string Rank, string Size, string LocalRank);
}
