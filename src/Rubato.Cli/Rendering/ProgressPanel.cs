using Rubato.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rubato.Cli.Rendering;

/// <summary>A run under way as a few lines that are redrawn in place: the budget, the model's quality, and every worker's steps.</summary>
internal static class ProgressPanel
{
    private const int BarWidth = 40;

    /// <summary>The state of the run under its title.</summary>
    public static IRenderable Of(string title, RunProgress progress)
    {
        var lines = new List<IRenderable> { new Markup($"[bold]{Markup.Escape(title)}[/]  {Markup.Escape(progress.Phase)}") };
        if (progress.SampleBudget is { } budget and > 0)
        {
            double share = Math.Clamp((double)progress.SamplesApplied / budget, 0, 1);
            lines.Add(new Markup($"{Bar(share, "green")} {Quantity.Percent(share),7}  {Quantity.Count(progress.SamplesApplied)} of {Quantity.Count(budget)} samples  {Quantity.Seconds(progress.ClusterSeconds)}"));
        }
        else
        {
            lines.Add(new Text($"{Quantity.Count(progress.SamplesApplied)} samples  {Quantity.Seconds(progress.ClusterSeconds)}"));
        }
        lines.Add(new Text($"loss {Quantity.Loss(progress.TrainLoss)}  test accuracy {Quantity.Percent(progress.LastEvaluation?.TestAccuracy)}"));
        if (progress.StepsByWorker.Count > 0) lines.Add(Workers(progress));
        return new Rows(lines);
    }

    // Steps are drawn against the fastest worker, so that the slow one stands out at a glance. Of many workers the slowest are shown.
    private static Grid Workers(RunProgress progress)
    {
        const int shown = 16;
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().RightAligned());
        long most = Math.Max(1, progress.StepsByWorker.Max());
        IEnumerable<int> ranks = Enumerable.Range(0, progress.StepsByWorker.Count);
        if (progress.StepsByWorker.Count > shown) ranks = ranks.OrderBy(rank => progress.StepsByWorker[rank]).ThenBy(rank => rank).Take(shown).Order();
        foreach (int rank in ranks)
        {
            long steps = progress.StepsByWorker[rank];
            bool lost = progress.Lost.Contains(rank);
            double share = (double)steps / most;
            string color = lost ? "red" : share < 0.6 ? "yellow" : "blue";
            grid.AddRow(new Markup($"worker {rank}"), new Markup(Bar(share, color)), new Markup(lost ? "lost" : $"{Quantity.Count(steps)} steps"));
        }
        return grid;
    }

    private static string Bar(double share, string color)
    {
        int filled = (int)Math.Round(share * BarWidth);
        return $"[{color}]{new string('━', filled)}[/][grey]{new string('─', BarWidth - filled)}[/]";
    }
}
