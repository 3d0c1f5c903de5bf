namespace Rubato.Charts;

/// <summary>One row of a <see cref="Timeline"/>.</summary>
/// <param name="Name">Its name, at the left.</param>
/// <param name="Stretches">What happened in it; where stretches overlap or are too thin to be seen, the most of each spot counts.</param>
/// <param name="Figures">Its figures, at the right, one a column; none at all leaves the columns empty.</param>
/// <param name="StandsOut">Whether name and figures are set in bold.</param>
internal sealed record TimelineRow(string Name, IReadOnlyList<TimelineStretch> Stretches, IReadOnlyList<string> Figures, bool StandsOut);
