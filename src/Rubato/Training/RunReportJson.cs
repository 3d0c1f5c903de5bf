using System.Buffers;
using System.Text;
using System.Text.Json;
using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>Run reports as JSON: flat fields in snake case, then details; a field without a value is null, never absent.</summary>
/// <remarks>A number that JSON has no form for (the loss of a diverged run) is null.</remarks>
public static class RunReportJson
{
    /// <summary>The report, on one line or indented.</summary>
    public static string ToJson(RunReport report, bool indented) => Render(indented, json => RunReportWriter.Write(json, report));

    /// <summary>One evaluation on one line, as in <c>metrics.jsonl</c>.</summary>
    public static string ToJson(EvaluationPoint point) => Render(indented: false, json => RunReportWriter.Write(json, point));

    /// <summary>Reads what <see cref="ToJson(RunReport, bool)"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">What messages call the text, for example its file.</param>
    /// <exception cref="InvalidRequestException">The text is no report.</exception>
    public static RunReport Read(string json, string source)
    {
        return Parse(json, RunReportReader.Read, $"'{source}' is no run report", "Name the report.json of a finished run.");
    }

    /// <summary>Reads one line of <c>metrics.jsonl</c>.</summary>
    /// <exception cref="InvalidRequestException">The line is no evaluation.</exception>
    public static EvaluationPoint ReadPoint(string line, string source) =>
        Parse(line, RunReportReader.ReadPoint, $"A line of '{source}' is no evaluation", "Delete that line.");

    /// <summary>Reads a report file.</summary>
    /// <exception cref="InvalidRequestException">There is none, or it is no report.</exception>
    public static RunReport ReadFile(string path)
    {
        try
        {
            return Read(File.ReadAllText(path), path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidRequestException($"The report '{path}' cannot be read: {failure.Message} Name the report.json of a finished run.", failure);
        }
    }

    private static T Parse<T>(string json, Func<JsonElement, T> read, string complaint, string fix)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidRequestException($"{complaint}: {broken.Message} {fix}", broken);
        }
    }

    private static string Render(bool indented, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented })) write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
