using Rubato.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rubato.Cli.Rendering;

/// <summary>Several strategies on one job, one row each; times are contrasted with the first.</summary>
internal static class ComparisonTable
{
    /// <summary>One row a run, in the order in which they ran.</summary>
    public static IRenderable Of(IReadOnlyList<RunReport> runs)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn(new TableColumn("strategy").NoWrap());
        foreach ((string name, _) in RunFigures.All) table.AddColumn(new TableColumn(name).RightAligned());
        bool hasTarget = runs.Any(run => run.Job.TargetAccuracy is not null);
        if (hasTarget) table.AddColumn(new TableColumn("time to target").RightAligned());
        table.AddColumn(new TableColumn("speed-up").RightAligned());
        foreach (RunReport run in runs)
        {
            List<string> cells = [run.Job.Strategy.ToString(), .. RunFigures.All.Select(figure => figure.Of(run))];
            if (hasTarget) cells.Add(run.SecondsToTarget is null ? "not reached" : Quantity.Seconds(run.SecondsToTarget));
            cells.Add(Quantity.Times(runs[0].TrainSeconds / run.TrainSeconds));
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }
        return table;
    }
}
