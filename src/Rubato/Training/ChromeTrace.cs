using System.Text.Json;

namespace Rubato.Training;

/// <summary>Writes what endpoints did in the Chrome trace event format, which Perfetto and <c>chrome://tracing</c> open: one row an endpoint.</summary>
public static class ChromeTrace
{
    /// <summary>Writes a whole trace.</summary>
    /// <param name="output">Where to; left open.</param>
    /// <param name="spans">The spans, in any order.</param>
    /// <param name="names">The endpoints' names by endpoint number, for example <c>worker 0</c>; endpoints beyond get their number.</param>
    public static void Write(Stream output, IEnumerable<TraceSpan> spans, IReadOnlyList<string> names)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ms");
        json.WriteStartArray("traceEvents");
        for (int endpoint = 0; endpoint < names.Count; endpoint++)
        {
            WriteRowFact(json, "thread_name", endpoint, () => json.WriteString("name", names[endpoint]));
            WriteRowFact(json, "thread_sort_index", endpoint, () => json.WriteNumber("sort_index", endpoint));
        }
        foreach (TraceSpan span in spans)
        {
            json.WriteStartObject();
            json.WriteString("name", NameOf(span.Phase));
            json.WriteString("cat", NameOf(span.Phase));
            json.WriteString("ph", "X");
            json.WriteNumber("ts", span.Start.TotalMicroseconds);
            json.WriteNumber("dur", span.Duration.TotalMicroseconds);
            json.WriteNumber("pid", 0);
            json.WriteNumber("tid", span.Endpoint);
            json.WriteStartObject("args");
            json.WriteNumber("step", span.Step);
            if (span.Staleness == TraceSpan.Dropped) json.WriteBoolean("dropped", true);
            else if (span.Staleness is { } staleness) json.WriteNumber("staleness", staleness);
            json.WriteEndObject();
            json.WriteEndObject();
            // A long run has millions of spans: they must not pile up in the writer.
            if (json.BytesPending > 1 << 16) json.Flush();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRowFact(Utf8JsonWriter json, string fact, int endpoint, Action writeValue)
    {
        json.WriteStartObject();
        json.WriteString("name", fact);
        json.WriteString("ph", "M");
        json.WriteNumber("pid", 0);
        json.WriteNumber("tid", endpoint);
        json.WriteStartObject("args");
        writeValue();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string NameOf(TracePhase phase) => phase switch
    {
        TracePhase.Compute => "compute",
        TracePhase.Wait => "wait",
        TracePhase.Communicate => "communicate",
        TracePhase.Evaluate => "evaluate",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "There is no such trace phase."),
    };
}
