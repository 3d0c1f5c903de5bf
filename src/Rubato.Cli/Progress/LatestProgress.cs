using Rubato.Training;

namespace Rubato.Cli.Progress;

/// <summary>Keeps the last report; may be reported to from any thread.</summary>
internal sealed class LatestProgress : IProgress<RunProgress>
{
    private volatile RunProgress? _value;

    /// <summary>The last report, null before the first.</summary>
    public RunProgress? Value => _value;

    /// <inheritdoc/>
    public void Report(RunProgress value) => _value = value;
}
