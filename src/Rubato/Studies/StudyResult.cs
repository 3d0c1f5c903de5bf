namespace Rubato.Studies;

/// <summary>What came out of a study.</summary>
/// <param name="Study">The study.</param>
/// <param name="Seeds">Seeds that each setting was run with.</param>
/// <param name="Runs">Every run, in the order in which they were asked for.</param>
/// <param name="Bars">What was asked for and what was found.</param>
/// <param name="Tables">The figures.</param>
/// <param name="Charts">Charts as SVG documents.</param>
/// <param name="Remarks">What a reader must know beside the figures: differences from the paper, and why a bar fails.</param>
public sealed record StudyResult(
    Study Study, int Seeds, IReadOnlyList<StudyRun> Runs, IReadOnlyList<StudyBar> Bars, IReadOnlyList<StudyTable> Tables, IReadOnlyList<string> Charts,
    IReadOnlyList<string> Remarks)
{
    /// <summary>Whether every bar holds.</summary>
    public bool Holds => Bars.All(bar => bar.Holds);
}
