using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>What a job's <c>output</c> and <c>resume</c> come to: the directory to write to and the checkpoint to go on from, either may be none.</summary>
/// <param name="Output">The run directory; null for none. Its <c>job.yaml</c> is written when nothing can be refused any more.</param>
/// <param name="Resume">The checkpoint to go on from, which fits the job; null to start afresh.</param>
internal sealed record RunFolders(RunDirectory? Output, Checkpoint? Resume)
{
    /// <summary>Opens or makes both; a run that is resumed in its own directory goes on in it.</summary>
    /// <remarks>A directory that is there stays as it is: what a run that goes on writes and takes away is its conductor's, once all ranks are restored.</remarks>
    /// <exception cref="InvalidRequestException">One of the two cannot be used: the message says why.</exception>
    public static RunFolders Open(JobPlan plan)
    {
        TrainingJob job = plan.Job;
        RunFolders earlier = OpenToRead(plan);
        if (job.Output is null) return earlier;
        if (job.Resume is not null && RunDirectory.AreSame(job.Resume, job.Output))
            return earlier with { Output = RunDirectory.Open(job.Resume) };

        RunDirectory output = RunDirectory.Create(job.Output);
        if (earlier.Resume is null) output.WriteJob(job);
        return earlier with { Output = output };
    }

    /// <summary>Reads the checkpoint alone, for a rank that writes nothing.</summary>
    /// <exception cref="InvalidRequestException">It cannot be used: the message says why.</exception>
    public static RunFolders OpenToRead(JobPlan plan)
    {
        if (plan.Job.Resume is not { } folder) return new RunFolders(null, null);
        RunDirectory run = RunDirectory.Open(folder);
        Checkpoint resume = run.LoadCheckpoint();
        Resumption.CheckStrategy(plan.Job, run);
        Resumption.Check(plan, resume);
        Resumption.CheckBudget(plan, resume, run);
        return new RunFolders(null, resume);
    }
}
