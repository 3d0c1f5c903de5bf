using System.Globalization;
using Rubato.Training;

namespace Rubato.Studies;

/// <summary>The runs of a study that varies two whole numbers, several seeds a setting; figures are means over the seeds.</summary>
internal sealed class StudyGrid
{
    private readonly Dictionary<StudyCell, StudyRun[]> _runs = [];

    private StudyGrid(IReadOnlyList<StudyCell> cells) => Cells = cells;

    /// <summary>The settings, in the order in which they were run.</summary>
    public IReadOnlyList<StudyCell> Cells { get; }

    /// <summary>Runs every setting with every seed.</summary>
    public static async Task<StudyGrid> RunAsync(StudyContext study, IReadOnlyList<StudyCell> cells, Func<StudyCell, ulong, TrainingJob> job)
    {
        IReadOnlyList<StudyRun> runs = await study.RunAsync([.. cells.SelectMany(cell => study.Seeds.Select(seed => job(cell, seed)))]);
        var grid = new StudyGrid(cells);
        for (int i = 0; i < cells.Count; i++) grid._runs[cells[i]] = [.. runs.Skip(i * study.Seeds.Count).Take(study.Seeds.Count)];
        return grid;
    }

    /// <summary>The runs of one setting.</summary>
    public IReadOnlyList<StudyRun> Runs(int x, int y) => _runs[new StudyCell(x, y)];

    /// <summary>The mean of a figure over the seeds.</summary>
    public double Mean(int x, int y, Func<StudyRun, double> figure) => Runs(x, y).Average(figure);

    /// <summary>The cluster's clock at the end.</summary>
    public double Seconds(int x, int y) => Mean(x, y, run => run.Seconds);

    /// <summary>The final test accuracy; a training that diverged counts as 0.</summary>
    public double Accuracy(int x, int y) => Mean(x, y, run => run.Accuracy);

    /// <summary>The mean staleness of applied gradients.</summary>
    public double Staleness(int x, int y) => Mean(x, y, run => run.Report?.Staleness.Mean ?? double.NaN);

    /// <summary>A table with a row for each first number and a column for each second one; the corner says which is which.</summary>
    public StudyTable Table(string corner, string title, Func<int, int, string> cell)
    {
        int[] columns = [.. Cells.Select(one => one.Y).Distinct()];
        return new StudyTable(
            title, [corner, .. columns.Select(Text)],
            [.. Cells.Select(one => one.X).Distinct().Select(row => (IReadOnlyList<string>)[Text(row), .. columns.Select(column => cell(row, column))])]);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
