using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary>What commands take from the outside.</summary>
/// <param name="Terminal">Where they write.</param>
/// <param name="ClusterFor">The cluster that runs jobs in a world.</param>
/// <param name="Place">This process's rank among those of an MPI launcher; null where none started it.</param>
/// <param name="ProofOfCopies">The variable that proves that a launcher has started as many copies as there are ranks; null where nothing does.</param>
internal sealed record CommandContext(Terminal Terminal, Func<World, ICluster> ClusterFor, RankPlace? Place = null, string? ProofOfCopies = null)
{
    /// <summary>Whether this process writes the files of a job: under MPI, rank 0 does.</summary>
    public bool WritesFilesOf(TrainingJob job) => job.On != World.Mpi || Place is not { Rank: > 0 };

    /// <summary>Refuses to run, as one of many ranks, a job that ranks do not share: each would run all of it, into the same folders.</summary>
    /// <exception cref="InvalidRequestException">A launcher has started several copies of this program.</exception>
    public void RefuseCopies(TrainingJob job)
    {
        if (job.On != World.Mpi) RefuseCopies($"the whole job on {job.On.ToString().ToLowerInvariant()}", "Write --on mpi to make the ranks one job, or start it without the launcher.");
    }

    /// <summary>Refuses to do the same on each of many ranks.</summary>
    /// <param name="work">What each would do, for the message.</param>
    /// <param name="fix">What to do about it.</param>
    /// <exception cref="InvalidRequestException">A launcher has started several copies of this program.</exception>
    public void RefuseCopies(string work, string fix = "Start it without the launcher.")
    {
        if (ProofOfCopies is not null && Place is { } own)
            throw new InvalidRequestException($"This is rank {own.Rank} of {own.Size} that a launcher has started ({ProofOfCopies}={own.Size}), and each would run {work} for itself. {fix}");
    }
}
