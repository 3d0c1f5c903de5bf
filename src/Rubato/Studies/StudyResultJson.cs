using System.Text;
using System.Text.Json;
using Rubato.Training;

namespace Rubato.Studies;

/// <summary>A study's result as JSON: bars, tables, remarks and the report of every run, keys in snake case.</summary>
public static class StudyResultJson
{
    /// <summary>The document.</summary>
    public static string ToJson(StudyResult result, bool indented)
    {
        ArgumentNullException.ThrowIfNull(result);
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = indented }))
        {
            json.WriteStartObject();
            json.WriteString("study", result.Study.Name);
            json.WriteString("paper", result.Study.Paper);
            json.WriteString("claim", result.Study.Claim);
            json.WriteBoolean("holds", result.Holds);
            json.WriteNumber("seeds", result.Seeds);
            json.WriteStartArray("bars");
            foreach (StudyBar bar in result.Bars)
            {
                json.WriteStartObject();
                json.WriteString("what", bar.What);
                json.WriteString("asked", bar.Asked);
                json.WriteString("figure", bar.Figure);
                json.WriteBoolean("holds", bar.Holds);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("remarks");
            foreach (string remark in result.Remarks) json.WriteStringValue(remark);
            json.WriteEndArray();
            json.WriteStartArray("runs");
            foreach (StudyRun run in result.Runs)
            {
                if (run.Report is not null)
                {
                    json.WriteRawValue(RunReportJson.ToJson(run.Report, indented: false));
                    continue;
                }
                json.WriteStartObject();
                json.WriteString("flags", JobFile.ToFlags(run.Job));
                json.WriteString("failure", run.Failure);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
