using Rubato.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rubato.Cli.Rendering;

/// <summary>The closing table of a single run.</summary>
internal static class ResultTable
{
    /// <summary>One row a figure.</summary>
    public static IRenderable Of(RunReport report)
    {
        TrainingJob job = report.Job;
        Table table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn(new TableColumn("").RightAligned());
        Row("strategy", job.Strategy.ToString());
        if (job.Compressor.Name != "none") Row("compressor", job.Compressor.ToString());
        Row("model on data", $"{job.Model} on {job.Dataset}");
        Row("workers + servers", $"{job.Workers} + {report.Servers} ({job.On.ToString().ToLowerInvariant()})");
        Row("epochs / steps", Quantity.Text($"{report.Epochs:0.##} / {report.Steps:#,0}"));
        foreach ((string name, Func<RunReport, string> figure) in RunFigures.All) Row(name, figure(report));
        if (report.SyncGap is { } gap) Row("steps between two syncs", Quantity.Text($"{gap:0.0}"));
        Row("loss, train / test", $"{Quantity.Loss(report.TrainLoss)} / {Quantity.Loss(report.TestLoss)}");
        foreach (WorkerReport worker in report.MadeOthersWait.Take(3)) Row("made others wait", $"worker {worker.Rank}, {Quantity.Seconds(worker.CausedWaitSeconds)} in all");
        if (report.Samples.Lost > 0) Row("samples lost", Quantity.Count(report.Samples.Lost));
        if (job.TargetAccuracy is { } target)
        {
            Row($"time to {Quantity.Percent(target)}",
                report.SecondsToTarget is { } reached ? Quantity.Seconds(reached) : "not reached");
        }
        Row("parameters sha256", report.ParametersSha256.Length > 16 ? report.ParametersSha256[..16] + "…" : report.ParametersSha256);
        if (report.Decisions.Count > 0) Row($"decisions: {report.Decisions.Count}, the last", report.Decisions[^1]);
        foreach (string fault in report.MissedFaults) Row("fault that came too late", fault);
        foreach (string loss in report.Losses) Row("lost on the way", loss);
        return table;

        void Row(string name, string value) => table.AddRow(Markup.Escape(name), Markup.Escape(value));
    }
}
