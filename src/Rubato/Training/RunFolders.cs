namespace Rubato.Training;

/// <summary>The folders a job names: the one it goes on from and the one it writes.</summary>
/// <param name="Output">Where the run is written; null for nowhere.</param>
/// <param name="Resume">What it goes on from; null for a fresh start.</param>
internal sealed record RunFolders(RunDirectory? Output, Checkpoint? Resume)
{
    /// <summary>Opens or makes the folders. A run may go on in the folder it was resumed from.</summary>
    /// <exception cref="Configuration.InvalidRequestException">A folder cannot be used, or holds no checkpoint.</exception>
    public static RunFolders Of(TrainingJob job)
    {
        RunDirectory? earlier = job.Resume is { } from ? RunDirectory.Open(from) : null;
        Checkpoint? resume = earlier?.LoadLastCheckpoint();
        if (job.Output is not { } path) return new RunFolders(null, resume);
        bool goesOn = earlier is not null && Path.GetFullPath(path) == Path.GetFullPath(earlier.Path);
        return new RunFolders(goesOn ? earlier : RunDirectory.Create(path), resume);
    }
}
