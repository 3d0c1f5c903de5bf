namespace Rubato.Training;

/// <summary>What a job's <c>output</c> and <c>resume</c> come to: the directory to write to and the checkpoint to go on from, either may be none.</summary>
/// <param name="Output">The run directory, with <c>job.yaml</c> written; null for none.</param>
/// <param name="Resume">The checkpoint to go on from; null to start afresh.</param>
internal sealed record RunFolders(RunDirectory? Output, Checkpoint? Resume)
{
    /// <summary>Opens or makes both; a run that is resumed in its own directory goes on in it.</summary>
    /// <exception cref="Configuration.InvalidRequestException">One of the two cannot be used: the message says why.</exception>
    public static RunFolders Open(TrainingJob job)
    {
        RunDirectory? before = job.Resume is null ? null : RunDirectory.Open(job.Resume);
        Checkpoint? resume = before?.LoadLastCheckpoint();
        if (job.Output is null) return new RunFolders(null, resume);

        RunDirectory output;
        if (before is not null && Path.GetFullPath(before.Path) == Path.GetFullPath(job.Output))
        {
            output = before;
            // What came after the checkpoint is about to happen again.
            if (resume is not null) output.CutMetrics(resume.ClusterSeconds);
        }
        else
        {
            output = RunDirectory.Create(job.Output);
        }
        output.WriteJob(job);
        return new RunFolders(output, resume);
    }
}
