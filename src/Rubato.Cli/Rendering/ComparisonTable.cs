using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rubato.Cli.Rendering;

/// <summary>Several strategies on one job, one row each; times are contrasted with the first.</summary>
internal static class ComparisonTable
{
    /// <summary>One row a run, in the order in which they ran; one that failed has no figures.</summary>
    public static IRenderable Of(IReadOnlyList<ComparedRun> runs)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn(new TableColumn("strategy").NoWrap());
        foreach ((string name, _) in RunFigures.All) table.AddColumn(new TableColumn(name).RightAligned());
        bool hasTarget = runs.Any(run => run.Report?.Job.TargetAccuracy is not null);
        if (hasTarget) table.AddColumn(new TableColumn("time to target").RightAligned());
        table.AddColumn(new TableColumn("speed-up").RightAligned());
        foreach (ComparedRun run in runs)
        {
            List<string> cells = [run.Strategy.ToString()];
            if (run.Report is { } report)
            {
                cells.AddRange(RunFigures.All.Select(figure => figure.Of(report)));
                if (hasTarget) cells.Add(report.SecondsToTarget is null ? "not reached" : Quantity.Seconds(report.SecondsToTarget));
                cells.Add(Quantity.Times((runs[0].Report?.TrainSeconds ?? double.NaN) / report.TrainSeconds));
            }
            else
            {
                cells.Add("failed");
                cells.AddRange(Enumerable.Repeat(Quantity.None, table.Columns.Count - cells.Count));
            }
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }
        return table;
    }
}
