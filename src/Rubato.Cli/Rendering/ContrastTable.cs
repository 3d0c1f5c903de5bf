using Rubato.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rubato.Cli.Rendering;

/// <summary>The closing table of a run beside a baseline run of the same job, and one sentence that says what it saved.</summary>
internal static class ContrastTable
{
    /// <summary>Both runs side by side.</summary>
    public static IRenderable Of(RunReport baseline, RunReport run)
    {
        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumn("")
            .AddColumn(new TableColumn(Title(baseline)).RightAligned())
            .AddColumn(new TableColumn(Title(run)).RightAligned());
        foreach ((string name, Func<RunReport, string> figure) in RunFigures.All) Row(name, figure);
        // The one figure that takes two runs goes right below the time that it comes from.
        table.InsertRow(1, "speed-up", Quantity.Times(1), $"[bold]{Quantity.Times(baseline.TrainSeconds / run.TrainSeconds)}[/]");
        return table;

        void Row(string name, Func<RunReport, string> figure) =>
            table.AddRow(name, Markup.Escape(figure(baseline)), Markup.Escape(figure(run)));
    }

    /// <summary>What the run saved against the baseline, or plainly that it saved nothing.</summary>
    public static string Sentence(RunReport baseline, RunReport run)
    {
        double saved = baseline.TrainSeconds - run.TrainSeconds;
        string name = $"{run.Job.Strategy}", other = $"{baseline.Job.Strategy}";
        string time = saved > 0
            ? Quantity.Text($"{name} needed {Quantity.Seconds(run.TrainSeconds)} where {other} needed {Quantity.Seconds(baseline.TrainSeconds)}: ")
              + Quantity.Text($"{Quantity.Seconds(saved)} or {saved / baseline.TrainSeconds * 100:0} % of the time saved")
            : Quantity.Text($"{name} saved no time here: it needed {Quantity.Seconds(run.TrainSeconds)}, {other} {Quantity.Seconds(baseline.TrainSeconds)}");
        return time + Accuracy(baseline, run) + ".";
    }

    private static string Accuracy(RunReport baseline, RunReport run)
    {
        if (run.TestAccuracy is not { } here || baseline.TestAccuracy is not { } there) return "";
        double points = Math.Round((here - there) * 100, 1);
        return points switch
        {
            0 => ", at the same test accuracy",
            > 0 => Quantity.Text($", with {points:0.0} points more test accuracy"),
            _ => Quantity.Text($", at the price of {-points:0.0} points of test accuracy"),
        };
    }

    private static string Title(RunReport report) =>
        report.Job.Strategy.Name == "all-reduce" ? "full synchrony\n(all-reduce)" : Markup.Escape(report.Job.Strategy.ToString());
}
