using System.Text.Json;

namespace Rubato.Training;

/// <summary>Writes what endpoints did in the Chrome trace event format, which Perfetto and <c>chrome://tracing</c> open: one row an endpoint, and
/// further ones for its further threads and for what it did in the background.</summary>
public static class ChromeTrace
{
    /// <summary>Writes a whole trace.</summary>
    /// <param name="output">Where to; left open.</param>
    /// <param name="spans">The spans, in any order.</param>
    /// <param name="names">The endpoints' names by endpoint number, for example <c>worker 0</c>; endpoints beyond get their number.</param>
    public static void Write(Stream output, IReadOnlyCollection<TraceSpan> spans, IReadOnlyList<string> names)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ms");
        json.WriteStartArray("traceEvents");
        SortedSet<TraceRow> rows = [.. Enumerable.Range(0, names.Count).Select(TraceRow.Of), .. spans.Select(TraceRow.Of)];
        var idOf = new Dictionary<TraceRow, int>();
        int furtherId = names.Count, place = 0;
        foreach (TraceRow row in rows)
        {
            int id = idOf[row] = row.IsMain ? row.Endpoint : furtherId++;
            string name = row.NameOf(row.Endpoint < names.Count ? names[row.Endpoint] : $"{row.Endpoint}");
            WriteRowFact(json, "thread_name", id, () => json.WriteString("name", name));
            WriteRowFact(json, "thread_sort_index", id, () => json.WriteNumber("sort_index", place++));
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
            json.WriteNumber("tid", idOf[TraceRow.Of(span)]);
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

    private static void WriteRowFact(Utf8JsonWriter json, string fact, int row, Action writeValue)
    {
        json.WriteStartObject();
        json.WriteString("name", fact);
        json.WriteString("ph", "M");
        json.WriteNumber("pid", 0);
        json.WriteNumber("tid", row);
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
        TracePhase.Background => "background",
        TracePhase.Evaluate => "evaluate",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "There is no such trace phase."),
    };
}
