using System.Globalization;
using System.Security;
using System.Text;

namespace Rubato.Charts;

/// <summary>Who did what when, one row a rank, as a self-contained SVG that reads well on a light and on a dark page.</summary>
/// <remarks>
/// Time is cut into cells, and each cell has the colour of the kind that fills the most of it. So the size of the document depends on the
/// number of cells alone, and stays below a megabyte for any number of stretches in up to 64 rows.
/// </remarks>
/// <param name="title">The headline.</param>
/// <param name="note">What part of the run is shown; empty for nothing to say.</param>
/// <param name="kinds">The kinds of stretches; the legend names those that occur.</param>
/// <param name="columns">The titles of the figures at the right.</param>
/// <param name="rows">The rows, from top to bottom.</param>
/// <param name="seconds">Where the axis ends.</param>
internal sealed class Timeline(
    string title, string note, IReadOnlyList<TimelineKind> kinds, IReadOnlyList<string> columns, IReadOnlyList<TimelineRow> rows, double seconds)
{
    private const double Left = 112, PlotWidth = 760, ColumnWidth = 96, Top = 58, LegendLine = 20, LegendColumn = 260, Cell = 0.5;
    private const int Cells = (int)(PlotWidth / Cell), LegendInARow = 4;

    private readonly TimelineRaster[] _rasters = [.. rows.Select(row => new TimelineRaster(row.Stretches, Cells, kinds.Count, seconds))];

    // Few rows are easier to tell apart when they are high; many must fit a screen.
    private double RowHeight => rows.Count <= 12 ? 26 : rows.Count <= 32 ? 18 : 13;

    private int FontSize => RowHeight < 16 ? 11 : 13;

    private double Width => Left + PlotWidth + columns.Count * ColumnWidth + 24;

    private int[] Occurring => [.. Enumerable.Range(0, kinds.Count).Where(kind => _rasters.Any(raster => raster.Has(kind)))];

    private double PlotTop => Top + LegendLine * ((Occurring.Length + LegendInARow - 1) / LegendInARow) + 24;

    private double PlotBottom => PlotTop + rows.Count * RowHeight;

    /// <summary>The document.</summary>
    public string ToSvg()
    {
        var svg = new StringBuilder();
        double height = PlotBottom + 56;
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" role=\"img\" aria-label=\"{Escape(title)}\">");
        AppendStyle(svg);
        Line(svg, $"<text class=\"title\" x=\"16\" y=\"26\">{Escape(title)}</text>");
        if (note.Length > 0) Line(svg, $"<text class=\"minor\" x=\"16\" y=\"44\">{Escape(note)}</text>");
        AppendLegend(svg);
        AppendAxis(svg);
        for (int i = 0; i < columns.Count; i++)
            Line(svg, $"<text class=\"minor\" x=\"{ColumnEnd(i)}\" y=\"{PlotTop - 10}\" text-anchor=\"end\">{Escape(columns[i])}</text>");
        for (int row = 0; row < rows.Count; row++) AppendRow(svg, row);
        return svg.Append("</svg>\n").ToString();
    }

    private void AppendStyle(StringBuilder svg)
    {
        svg.Append("""
            <style>
              svg { background: #ffffff; font: 13px system-ui, sans-serif; }
              text { fill: #24292f; } .title { font-size: 16px; font-weight: 600; } .minor { fill: #57606a; } .out { font-weight: 700; }
              .grid { stroke: #d8dee4; stroke-width: 1; } .axis { stroke: #57606a; stroke-width: 1; } .bar { fill: none; }

            """);
        for (int kind = 0; kind < kinds.Count; kind++) Line(svg, $"  .k{kind} {{ stroke: {kinds[kind].OnLight}; }}");
        svg.Append("""
              @media (prefers-color-scheme: dark) {
                svg { background: #0d1117; } text { fill: #e6edf3; } .minor { fill: #9198a1; } .grid { stroke: #2a313c; } .axis { stroke: #9198a1; }

            """);
        for (int kind = 0; kind < kinds.Count; kind++) Line(svg, $"    .k{kind} {{ stroke: {kinds[kind].OnDark}; }}");
        svg.Append("  }\n</style>\n");
    }

    private void AppendLegend(StringBuilder svg)
    {
        int[] occurring = Occurring;
        for (int i = 0; i < occurring.Length; i++)
        {
            double left = 16 + i % LegendInARow * LegendColumn, middle = Top + 8 + i / LegendInARow * LegendLine;
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"bar k{occurring[i]}\" stroke-width=\"12\" d=\"M{left} {middle}h20\"/>");
            Line(svg, $"<text x=\"{left + 28}\" y=\"{middle + 4.5}\">{Escape(kinds[occurring[i]].Name)}</text>");
        }
    }

    private void AppendAxis(StringBuilder svg)
    {
        const double right = Left + PlotWidth;
        double step = TickStep(seconds);
        string format = "F" + Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9)).ToString(CultureInfo.InvariantCulture);
        for (int k = 0; k * step <= seconds * (1 + 1e-9); k++)
        {
            double at = Left + k * step / seconds * PlotWidth;
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{at:0.##} {PlotTop}V{PlotBottom + 5}\"/>");
            Line(svg, $"<text class=\"minor\" x=\"{at:0.##}\" y=\"{PlotBottom + 20}\" text-anchor=\"middle\">{(k * step).ToString(format, CultureInfo.InvariantCulture)}</text>");
        }
        Line(svg, $"<path class=\"axis\" d=\"M{Left} {PlotBottom}H{right}\"/>");
        Line(svg, $"<text class=\"minor\" x=\"{(Left + right) / 2}\" y=\"{PlotBottom + 42}\" text-anchor=\"middle\">time since the start of the training, seconds</text>");
    }

    private void AppendRow(StringBuilder svg, int index)
    {
        TimelineRow row = rows[index];
        string look = string.Create(CultureInfo.InvariantCulture, $"font-size=\"{FontSize}\" text-anchor=\"end\"") + (row.StandsOut ? " class=\"out\"" : "");
        double middle = PlotTop + (index + 0.5) * RowHeight, baseline = middle + FontSize * 0.35;
        Line(svg, $"<text {look} x=\"{Left - 10}\" y=\"{baseline}\">{Escape(row.Name)}</text>");
        Line(svg, $"<g transform=\"translate({Left} {middle}) scale({Cell} 1)\" stroke-width=\"{RowHeight - 3}\">");
        for (int kind = 0; kind < kinds.Count; kind++)
            if (_rasters[index].Has(kind)) Line(svg, $"<path class=\"bar k{kind}\" d=\"{_rasters[index].PathOf(kind)}\"/>");
        svg.Append("</g>\n");
        for (int i = 0; i < row.Figures.Count; i++)
            Line(svg, $"<text {look} x=\"{ColumnEnd(i)}\" y=\"{baseline}\">{Escape(row.Figures[i])}</text>");
    }

    private static double ColumnEnd(int column) => Left + PlotWidth + (column + 1) * ColumnWidth;

    // The smallest of 1, 2 and 5 times a power of ten that makes at most ten intervals.
    private static double TickStep(double length)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(length / 10)));
        foreach (double lead in (double[])[1, 2, 5])
            if (length / (lead * power) <= 10 + 1e-9) return lead * power;
        return 10 * power;
    }

    private static void Line(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Escape(string text) => SecurityElement.Escape(text);
}
