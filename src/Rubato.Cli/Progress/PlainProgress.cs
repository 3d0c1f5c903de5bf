using Rubato.Cli.Rendering;
using Rubato.Training;

namespace Rubato.Cli.Progress;

/// <summary>Writes a line when a new phase begins, and every two seconds where there is news; may be reported to from any thread.</summary>
internal sealed class PlainProgress(TextWriter writer, string title, TimeProvider time) : IProgress<RunProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private string? _phase, _line;
    private long _written;

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
        lock (_lock)
        {
            if (value.Phase == _phase && time.GetElapsedTime(_written) < Interval) return;
            string line = ProgressLine.Of(title, value);
            if (line == _line) return;
            (_phase, _line, _written) = (value.Phase, line, time.GetTimestamp());
            writer.WriteLine(line);
        }
    }
}
