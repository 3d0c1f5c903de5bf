using Rubato.Configuration;
using Rubato.Strategies;

namespace Rubato.Training;

/// <summary>What a job must have in common with the checkpoint that it goes on from.</summary>
internal static class Resumption
{
    /// <summary>Refuses a checkpoint that does not fit the job, as far as that can be told before any rank is there.</summary>
    /// <exception cref="InvalidRequestException">It does not fit; the message says what to resume with.</exception>
    public static void Check(JobPlan plan, Checkpoint checkpoint)
    {
        Restore(plan, checkpoint, RunAccount.Of(plan));
        for (int endpoint = 0; endpoint < plan.Conductor; endpoint++) _ = StateOf(plan, checkpoint, endpoint);
    }

    /// <summary>Refuses a job under another strategy than the run's: the states of two may look alike, or be empty, and mean different things.</summary>
    /// <exception cref="InvalidRequestException">It is another one; the message names both, and what to resume with.</exception>
    public static void CheckStrategy(TrainingJob job, RunDirectory run)
    {
        Specification before = run.ReadJob().Strategy;
        if (before.Name == job.Strategy.Name) return;
        throw new InvalidRequestException(
            $"The run in '{run.Path}' was made with the strategy {before}, but the job says {job.Strategy}, which would go on from replicas and buffers of another method. "
            + $"Resume with --strategy {before}, or leave --resume out to start afresh.");
    }

    /// <summary>Refuses a job whose budget the checkpoint has used up: nothing would be trained, and the folder's report replaced by a poorer one.</summary>
    /// <remarks>Where a run came to its end but not to its report, the same job in the same folder writes that.</remarks>
    /// <param name="plan">The job.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="run">The folder that it was read from.</param>
    /// <exception cref="InvalidRequestException">There is nothing left to train; the message names what is done, the budget and a larger one.</exception>
    public static void CheckBudget(JobPlan plan, Checkpoint checkpoint, RunDirectory run)
    {
        TrainingJob job = plan.Job;
        bool isUsedUp = IsUsedUp(plan, checkpoint);
        if (!isUsedUp && job.TargetAccuracy is null) return;
        RunReport? report = run.ReportOf(checkpoint);
        if (report?.Evaluations.Max(point => point.TestAccuracy) is { } best && best >= job.TargetAccuracy)
        {
            throw new InvalidRequestException(
                $"The run in '{run.Path}' has reached an accuracy of {best:0.####}, and the target is {job.TargetAccuracy}: there is nothing left to train. "
                + "Go on with a higher --target-accuracy, or with --target-accuracy none and a budget.");
        }
        if (!isUsedUp || (report is null && IsSameBudget(job, run))) return;
        double epochs = plan.EpochsOf(checkpoint.SamplesApplied);
        long steps = plan.StepsOf(checkpoint.SamplesApplied);
        (string done, string budget, string larger) = job switch
        {
            { MaxSeconds: { } most } when checkpoint.ClusterSeconds >= most =>
                ($"{checkpoint.ClusterSeconds:0.##} s", $"{most} s", $"--max-seconds {Math.Ceiling(checkpoint.ClusterSeconds + most)}"),
            { Steps: { } most } when steps >= most => ($"{steps} steps", $"{most}", $"--steps {steps + most}"),
            _ => ($"{epochs:0.##} epochs", $"{job.Epochs}", $"--epochs {Math.Ceiling(epochs + (job.Epochs ?? 0))}"),
        };
        throw new InvalidRequestException(
            $"The checkpoint of '{run.Path}' has {done} behind it, but the budget is {budget}: there is nothing left to train. Go on with a larger one, {larger}, for example.");
    }

    /// <summary>Whether the checkpoint is of the end of the job's budget, or of later.</summary>
    public static bool IsUsedUp(JobPlan plan, Checkpoint checkpoint) =>
        (plan.Assignment == BatchAssignment.ByStepAndRank ? checkpoint.Step >= plan.Steps : checkpoint.SamplesApplied >= plan.SampleBudget)
        || checkpoint.ClusterSeconds >= plan.Job.MaxSeconds;

    /// <summary>Overwrites the conductor's books with those of the checkpoint.</summary>
    /// <exception cref="InvalidRequestException">The checkpoint does not fit; the books are then to be thrown away.</exception>
    public static void Restore(JobPlan plan, Checkpoint checkpoint, RunAccount account)
    {
        if (checkpoint.Model.Length != plan.Model.Layout.Length)
        {
            throw new InvalidRequestException(
                $"The checkpoint's model has {checkpoint.Model.Length} parameters, but this job's has {plan.Model.Layout.Length}. "
                + "Resume with the --model and --dataset it was made with.");
        }
        if (!checkpoint.States.TryGetValue(ConductorState.Name, out StateSnapshot? state))
            throw new InvalidRequestException("The checkpoint holds no state of its conductor. Resume from a checkpoint that a run has written.");
        state.RestoreTo(new ConductorState(plan, account));
        if (plan.Assignment == BatchAssignment.OnDemand) account.DropWhatWasUnderWay();
    }

    /// <summary>The job that repeats the whole run which a job goes on with, from where that began.</summary>
    /// <remarks>
    /// A folder holds its run from the first start on, so a run that goes on in its own folder began where the job in there says. One that goes on
    /// from another's checkpoint began with that very one, which need not be the last there any more when it is repeated.
    /// </remarks>
    public static TrainingJob JobToRepeat(TrainingJob job, Checkpoint checkpoint, RunDirectory? directory)
    {
        if (directory is null || !directory.Holds(checkpoint)) return job with { Resume = checkpoint.Folder ?? job.Resume };
        string? began = directory.ReadJob().Resume;
        return job with { Resume = began is not null && RunDirectory.AreSame(began, directory.Path) ? null : began };
    }

    private static bool IsSameBudget(TrainingJob job, RunDirectory run)
    {
        if (job.Output is null || !RunDirectory.AreSame(job.Output, run.Path)) return false;
        TrainingJob before = run.ReadJob();
        return (job.Epochs, job.Steps, job.MaxSeconds) == (before.Epochs, before.Steps, before.MaxSeconds);
    }

    /// <summary>A worker's or a server's state in the checkpoint; null where it begins with a fresh start.</summary>
    /// <exception cref="InvalidRequestException">It needs one, and there is none.</exception>
    public static StateSnapshot? StateOf(JobPlan plan, Checkpoint checkpoint, int endpoint)
    {
        if (endpoint < plan.Workers && !plan.WorkersHaveState) return null;
        string name = RunFailures.StateNameOf(endpoint, plan.Workers);
        if (checkpoint.States.TryGetValue(name, out StateSnapshot? state)) return state;
        // It was lost before the checkpoint, and joins again with a fresh start.
        return endpoint < plan.Workers && plan.Strategy.SurvivesLostWorkers && plan.Assignment == BatchAssignment.OnDemand
            ? null
            : throw new InvalidRequestException(
                $"The checkpoint holds no state of {name}. Resume with as many workers, and with the strategy, that it was made with.");
    }
}
