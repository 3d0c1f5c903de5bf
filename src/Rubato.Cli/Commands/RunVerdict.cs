using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary>What a finished run means for the exit code.</summary>
internal static class RunVerdict
{
    /// <summary>Whether the job had a target accuracy that no evaluation reached.</summary>
    public static bool MissedItsTarget(this RunReport report) => report.Job.TargetAccuracy is not null && report.SecondsToTarget is null;
}
