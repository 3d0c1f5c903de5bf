namespace Rubato.Training;

/// <summary>The stretches of all endpoints, as they come in. Keeps the first half million, which is as much as a viewer can show.</summary>
internal sealed class RunTrace
{
    private const int MostSpans = 500_000;
    private readonly List<TraceSpan> _spans = [];

    /// <summary>The stretches kept.</summary>
    public IReadOnlyList<TraceSpan> Spans => _spans;

    /// <summary>Adds stretches of one endpoint.</summary>
    public void Add(ReadOnlySpan<TraceSpan> spans) => _spans.AddRange(spans[..Math.Min(spans.Length, MostSpans - _spans.Count)]);
}
