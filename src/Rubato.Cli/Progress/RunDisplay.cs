using Rubato.Cli.Rendering;
using Rubato.Training;
using Spectre.Console;

namespace Rubato.Cli.Progress;

/// <summary>Shows a run under way on standard error: redrawn in place on a terminal, line by line elsewhere.</summary>
internal static class RunDisplay
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(120);

    /// <summary>Starts the run and shows its progress until it ends.</summary>
    public static async Task<RunReport> ShowAsync(Terminal terminal, string title, Func<IProgress<RunProgress>, Task<RunReport>> start)
    {
        RunReport report = terminal.ErrorIsLive && terminal.LiveError.Profile.Capabilities.Ansi
            ? await ShowLiveAsync(terminal, title, start)
            : await start(new PlainProgress(terminal.Error, title, TimeProvider.System));
        terminal.Error.WriteLine(
            $"{title}: done in {Quantity.Seconds(report.TrainSeconds)} of training, test accuracy {Quantity.Percent(report.TestAccuracy)}");
        return report;
    }

    private static async Task<RunReport> ShowLiveAsync(Terminal terminal, string title, Func<IProgress<RunProgress>, Task<RunReport>> start)
    {
        var latest = new LatestProgress();
        Task<RunReport> run = start(latest);
        await terminal.LiveError.Live(new Text($"{title}  starting")).AutoClear(true).StartAsync(async live =>
        {
            while (!run.IsCompleted)
            {
                if (latest.Value is { } progress) live.UpdateTarget(ProgressPanel.Of(title, progress));
                await Task.WhenAny(run, Task.Delay(Redraw));
            }
        });
        return await run;
    }
}
