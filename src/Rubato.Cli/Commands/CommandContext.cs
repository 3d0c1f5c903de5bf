using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary>What commands take from the outside.</summary>
/// <param name="Terminal">Where they write.</param>
/// <param name="ClusterFor">The cluster that runs jobs in a world.</param>
/// <param name="Place">This process's rank among those of an MPI launcher; null where none started it.</param>
internal sealed record CommandContext(Terminal Terminal, Func<World, ICluster> ClusterFor, RankPlace? Place = null)
{
    /// <summary>Whether this process writes the files of a job: under MPI, rank 0 does.</summary>
    public bool WritesFilesOf(TrainingJob job) => job.On != World.Mpi || Place is not { Rank: > 0 };
}
