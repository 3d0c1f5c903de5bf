using Rubato.Training;

namespace Rubato.Studies;

/// <summary>One run of a study: its report, or why there is none.</summary>
/// <param name="Job">The job.</param>
/// <param name="Report">The report; null when the training diverged.</param>
/// <param name="Failure">Why there is no report; null when there is one.</param>
public sealed record StudyRun(TrainingJob Job, RunReport? Report, string? Failure)
{
    /// <summary>The final test accuracy; 0 for a training that diverged.</summary>
    public double Accuracy => Report?.TestAccuracy ?? 0;

    /// <summary>The cluster's clock at the end; no number for a training that diverged.</summary>
    public double Seconds => Report?.TrainSeconds ?? double.NaN;

    /// <summary>The cluster's clock when the target was reached; no number when it never was.</summary>
    public double SecondsToTarget => Report?.SecondsToTarget ?? double.NaN;
}
