using System.Globalization;
using System.Security;
using System.Text;

namespace Rubato.Studies;

/// <summary>A study's result as one self-contained page of HTML: no script, no other file, readable on a light and on a dark screen.</summary>
public static class StudyPage
{
    /// <summary>The page.</summary>
    public static string Of(StudyResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        Study study = result.Study;
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{Escape(study.Name)}}</title>
            <style>
              body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; font: 15px/1.5 system-ui, sans-serif; color: #24292f; background: #ffffff; }
              h1 { margin-bottom: 0; } .paper { color: #57606a; margin-top: 0.25rem; } h2 { margin-top: 2.5rem; font-size: 1.15rem; }
              table { border-collapse: collapse; } th, td { text-align: left; padding: 0.25rem 0.9rem 0.25rem 0; border-bottom: 1px solid #d8dee4; vertical-align: top; }
              th { color: #57606a; font-weight: 600; } td { font-variant-numeric: tabular-nums; }
              .holds { color: #1a7f37; } .fails { color: #cf222e; font-weight: 600; } svg { max-width: 100%; height: auto; margin: 0.75rem 0; }
              @media (prefers-color-scheme: dark) {
                body { color: #e6edf3; background: #0d1117; } .paper, th { color: #9198a1; } th, td { border-color: #2a313c; }
                .holds { color: #3fb950; } .fails { color: #f85149; }
              }
            </style>
            </head>
            <body>
            <h1>{{Escape(study.Name)}}</h1>
            <p class="paper">{{Escape(study.Paper)}}</p>
            <p>Claim: {{Escape(study.Claim)}}.</p>
            <p>{{result.Bars.Count(bar => bar.Holds)}} of {{result.Bars.Count}} bars hold; {{result.Runs.Count}} runs, {{result.Seeds}} seed{{(result.Seeds == 1 ? "" : "s")}} a setting.</p>

            """);
        AppendTable(page, "Bars", ["what", "asked", "found", ""], result.Bars.Select(bar => (string[])[bar.What, bar.Asked, bar.Figure, bar.Holds ? "holds" : "fails"]));
        foreach (string chart in result.Charts) page.Append(chart);
        foreach (StudyTable table in result.Tables) AppendTable(page, table.Title, table.Columns, table.Rows);
        if (result.Remarks.Count > 0) page.Append("<h2>Remarks</h2>\n");
        foreach (string remark in result.Remarks) page.Append(CultureInfo.InvariantCulture, $"<p>{Escape(remark)}</p>\n");
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void AppendTable(StringBuilder page, string title, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>{Escape(title)}</h2>\n<table>\n<tr>{string.Concat(columns.Select(column => $"<th>{Escape(column)}</th>"))}</tr>\n");
        foreach (IReadOnlyList<string> row in rows) page.Append(CultureInfo.InvariantCulture, $"<tr>{string.Concat(row.Select(Cell))}</tr>\n");
        page.Append("</table>\n");
    }

    private static string Cell(string text) => text switch
    {
        "holds" or "fails" => $"<td class=\"{text}\">{text}</td>",
        _ => $"<td>{Escape(text)}</td>",
    };

    private static string Escape(string text) => SecurityElement.Escape(text);
}
