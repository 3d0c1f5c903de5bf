namespace Rubato.Charts;

/// <summary>One stretch of a row.</summary>
/// <param name="Start">When it begins, in seconds.</param>
/// <param name="End">When it ends.</param>
/// <param name="Kind">The index of its kind.</param>
internal readonly record struct TimelineStretch(double Start, double End, int Kind);
