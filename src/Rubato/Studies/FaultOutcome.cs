using Rubato.Training;

namespace Rubato.Studies;

/// <summary>How one run under faults ended.</summary>
/// <param name="Report">The report; null when the run failed.</param>
/// <param name="Failure">What it failed with; null when it did not.</param>
/// <param name="Violation">The first promise that was broken on the way; null when none was.</param>
/// <param name="SamplesListed">Samples that servers listed as applied or thrown away; null where workers keep the ledger.</param>
/// <param name="Trace">The hash of what happened when.</param>
/// <param name="Events">How many events there were.</param>
internal sealed record FaultOutcome(RunReport? Report, Exception? Failure, string? Violation, long? SamplesListed, string Trace, long Events)
{
    /// <summary>Whether another run of the same job went the same way, event by event.</summary>
    public bool IsLike(FaultOutcome other) =>
        Trace == other.Trace && Events == other.Events && Report?.ParametersSha256 == other.Report?.ParametersSha256 && Failure?.Message == other.Failure?.Message;
}
