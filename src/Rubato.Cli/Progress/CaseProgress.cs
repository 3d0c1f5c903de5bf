namespace Rubato.Cli.Progress;

/// <summary>Writes a line every two seconds on how many cases of a search are done; may be reported to from any thread.</summary>
internal sealed class CaseProgress(TextWriter writer, long cases, TimeProvider time) : IProgress<long>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private long _written = time.GetTimestamp();

    /// <inheritdoc/>
    public void Report(long value)
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_written) < Interval) return;
            _written = time.GetTimestamp();
            writer.WriteLine($"{value} of {cases} cases");
        }
    }
}
