namespace Rubato.Training;

/// <summary>How many updates old the parameters were that applied gradients had been computed on, measured where they were applied.</summary>
/// <param name="Mean">The mean over all applied gradients.</param>
/// <param name="Max">The largest.</param>
/// <param name="P95">The 95th percentile.</param>
/// <param name="Histogram">How many applied gradients had staleness 0, 1, 2, …</param>
public sealed record StalenessSummary(double Mean, int Max, double P95, IReadOnlyList<long> Histogram);
