namespace Rubato.Studies;

/// <summary>The experiment behind one paper's claim, small enough to be repeated on one machine: a list of jobs, the bars that they must clear, and the charts.</summary>
/// <param name="Name">The name to ask for it by, for example <c>backup-workers</c>.</param>
/// <param name="Paper">The paper, with its place and year.</param>
/// <param name="Claim">What it claims, in one sentence.</param>
/// <param name="Experiment">Runs the jobs and writes bars, tables and charts into its context.</param>
public sealed record Study(string Name, string Paper, string Claim, Func<StudyContext, Task> Experiment);
