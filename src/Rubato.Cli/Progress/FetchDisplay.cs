using Rubato.Cli.Rendering;
using Rubato.Data;
using Spectre.Console;

namespace Rubato.Cli.Progress;

/// <summary>Shows files being fetched on standard error: bars on a terminal, a line every tenth of a file elsewhere.</summary>
internal static class FetchDisplay
{
    /// <summary>Starts fetching and shows it until it ends.</summary>
    public static Task ShowAsync(Terminal terminal, Func<IProgress<FetchProgress>, Task> start)
    {
        if (!terminal.ErrorIsLive || !terminal.LiveError.Profile.Capabilities.Ansi) return start(new Lines(terminal.Error));
        return terminal.LiveError.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn())
            .StartAsync(context => start(new Bars(terminal, context)));
    }

    private sealed class Bars(Terminal terminal, ProgressContext context) : IProgress<FetchProgress>
    {
        private readonly Dictionary<string, ProgressTask> _tasks = [];

        public void Report(FetchProgress value)
        {
            if (!_tasks.TryGetValue(value.File, out ProgressTask? task))
                _tasks[value.File] = task = context.AddTask(Markup.Escape(value.File), maxValue: value.TotalBytes);
            task.Value = value.Bytes;
            if (value.Note is not null) terminal.LiveError.MarkupLineInterpolated($"[grey]{value.File}: {value.Note}[/]");
        }
    }

    private sealed class Lines(TextWriter writer) : IProgress<FetchProgress>
    {
        private readonly Dictionary<string, long> _tenths = [];

        public void Report(FetchProgress value)
        {
            long tenth = value.Bytes * 10 / value.TotalBytes;
            bool isNews = tenth != _tenths.GetValueOrDefault(value.File);
            _tenths[value.File] = tenth;
            string size = $"{Quantity.Megabytes(value.Bytes)} of {Quantity.Megabytes(value.TotalBytes)}";
            if (value.Note is not null) writer.WriteLine($"{value.File}: {value.Note} ({size})");
            else if (isNews) writer.WriteLine($"{value.File}: {size}");
        }
    }
}
