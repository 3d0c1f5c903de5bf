using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Cli.Rendering;

/// <summary>What became of one of several strategies: a report, or the message of its failure.</summary>
/// <param name="Strategy">The strategy.</param>
/// <param name="Report">The run's report; null where it failed.</param>
/// <param name="Failure">Why it failed; null where it did not.</param>
internal sealed record ComparedRun(Specification Strategy, RunReport? Report, string? Failure)
{
    /// <summary>A run that came to its end.</summary>
    public ComparedRun(RunReport report) : this(report.Job.Strategy, report, null)
    {
    }
}
