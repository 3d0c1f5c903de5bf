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
        try
        {
            using var document = JsonDocument.Parse(json);
            return RunReportReader.Read(document.RootElement);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidRequestException($"'{source}' is no run report: {broken.Message} Name the report.json of a finished run.", broken);
        }
    }

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

    private static string Render(bool indented, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented })) write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
