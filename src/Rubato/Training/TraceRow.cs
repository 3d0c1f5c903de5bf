namespace Rubato.Training;

/// <summary>A row of a trace's pictures: what one thread of an endpoint did, or what went on beside all of them. Rows stand in the order of their endpoints.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="IsBackground">Whether it is the row of what went on in the background.</param>
/// <param name="Thread">The thread of the endpoint; 0 in the background.</param>
internal readonly record struct TraceRow(int Endpoint, bool IsBackground, int Thread) : IComparable<TraceRow>
{
    /// <summary>The row that every endpoint has.</summary>
    public static TraceRow Of(int endpoint) => new(endpoint, false, 0);

    /// <summary>The row of a span.</summary>
    public static TraceRow Of(TraceSpan span) => new(span.Endpoint, span.Phase == TracePhase.Background, span.Thread);

    /// <summary>Whether it is the row that every endpoint has.</summary>
    public bool IsMain => this == Of(Endpoint);

    /// <summary>The row's name, given that of its endpoint.</summary>
    public string NameOf(string endpoint) => IsBackground ? $"{endpoint}, sync" : Thread > 0 ? $"{endpoint}, +{Thread}" : endpoint;

    /// <inheritdoc/>
    public int CompareTo(TraceRow other) => (Endpoint, IsBackground, Thread).CompareTo((other.Endpoint, other.IsBackground, other.Thread));
}
