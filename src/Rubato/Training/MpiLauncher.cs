using Rubato.Configuration;
using Rubato.Transports.Mpi;

namespace Rubato.Training;

/// <summary>What the environment tells of the launcher that started this process: which library fits it, and which rank this is.</summary>
public static class MpiLauncher
{
    /// <summary>Names an MPI library by file or path, in place of the search.</summary>
    public const string LibraryVariable = "RUBATO_MPI_LIBRARY";

    // Each launcher's own mark and the libraries that it can start.
    private static readonly (string Mark, string[] Libraries)[] Launchers =
    [
        ("OMPI_COMM_WORLD_SIZE", OpenMpi),
        ("PMIX_RANK", [.. OpenMpi, .. Mpich]),
        ("PMI_RANK", [.. Mpich, .. OpenMpi]),
        ("PALS_RANKID", [.. Mpich, .. OpenMpi]),
        ("SLURM_PROCID", [.. OpenMpi, .. Mpich]),
    ];

    private static string[] OpenMpi => ["libmpi.so.40", "libmpi.so.80", "libmpi.40.dylib"];

    private static string[] Mpich => ["libmpi_abi.so.0", "libmpich.so.12", "libmpi.so.12", "libmpi.12.dylib"];

    /// <summary>This process's rank and the number of ranks; null where no launcher tells.</summary>
    /// <param name="variable">Reads an environment variable, null where there is none.</param>
    public static RankPlace? Find(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        (string Rank, string Size)[] names =
            [("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"), ("PALS_RANKID", "PALS_NRANKS"), ("SLURM_PROCID", "SLURM_NTASKS")];
        foreach ((string rank, string size) in names)
            if (int.TryParse(variable(rank), out int itsRank) && int.TryParse(variable(size), out int itsSize) && itsRank >= 0 && itsRank < itsSize)
                return new RankPlace(itsRank, itsSize);
        return null;
    }

    /// <summary>The variable that proves that a launcher has started as many copies of this program as there are ranks; null where nothing proves it.</summary>
    /// <remarks>
    /// In a Slurm allocation the batch script, whose commands run once, has a rank and the number of tasks too: only a step's count proves copies.
    /// Nor does that in the one shell of <c>srun --pty</c>, which has its step's variables, those of PMI among them.
    /// </remarks>
    /// <param name="variable">Reads an environment variable, null where there is none.</param>
    public static string? FindProofOfCopies(Func<string, string?> variable)
    {
        if (Find(variable) is not { Size: > 1 } place) return null;
        string[] proofs = variable("SLURM_PTY_PORT") is { Length: > 0 }
            ? ["OMPI_COMM_WORLD_SIZE"]
            : ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PALS_NRANKS", "SLURM_STEP_NUM_TASKS"];
        return Array.Find(proofs, proof => int.TryParse(variable(proof), out int size) && size == place.Size);
    }

    /// <summary>The libraries to try, the most fitting one first.</summary>
    /// <exception cref="InvalidRequestException">No launcher has started this process.</exception>
    internal static IReadOnlyList<string> Libraries(Func<string, string?> variable)
    {
        if (variable(LibraryVariable) is { Length: > 0 } chosen) return [chosen];
        foreach ((string mark, string[] libraries) in Launchers)
            if (variable(mark) is { Length: > 0 }) return [.. libraries, "libmpi.so", "libmpi.dylib"];
        throw new InvalidRequestException(
            "--on mpi found no MPI launcher's variables in its environment: this process was not started as a rank. "
            + "Start it with mpirun -n 4 rubato train --on mpi …, or with srun; for a launcher that Rubato does not know, set RUBATO_MPI_LIBRARY to its libmpi.so.");
    }

    /// <summary>Starts MPI in this process.</summary>
    internal static MpiProcess Start(TimeProvider time) => MpiProcess.Start(MpiLibrary.Load(Libraries(Environment.GetEnvironmentVariable)), time);
}
