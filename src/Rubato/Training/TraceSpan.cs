namespace Rubato.Training;

/// <summary>One stretch of what one endpoint did; a trace is a row of them.</summary>
/// <param name="Endpoint">The endpoint: workers, then servers, then the conductor.</param>
/// <param name="Phase">What it did.</param>
/// <param name="Start">When it began, since the start of the run.</param>
/// <param name="Duration">How long it took; zero or more.</param>
/// <param name="Step">The worker's step it belongs to, from 1; 0 for none.</param>
/// <param name="Staleness">
/// For a computation: how old the gradient's parameters were when it was applied, and <see cref="Dropped"/> if it was thrown away; null where nobody
/// has reported it.
/// </param>
/// <param name="Thread">Which of the worker's threads it was, from 0.</param>
public readonly record struct TraceSpan(
    int Endpoint, TracePhase Phase, TimeSpan Start, TimeSpan Duration, long Step, int? Staleness = null, int Thread = 0)
{
    /// <summary>Stands in the place of a staleness.</summary>
    public const int Dropped = LedgerEntry.Dropped;

    /// <summary>When it ended.</summary>
    internal TimeSpan End => Start + Duration;
}
