using System.Globalization;
using System.Security;
using System.Text;

namespace Rubato.Charts;

/// <summary>A line chart as a self-contained SVG that reads well on a light and on a dark page.</summary>
/// <param name="title">Above the chart.</param>
/// <param name="x">The horizontal axis.</param>
/// <param name="y">The vertical axis.</param>
/// <param name="series">The lines; values that are no number are left out.</param>
public sealed class LineChart(string title, Axis x, Axis y, IReadOnlyList<ChartSeries> series)
{
    private const double Width = 860, Height = 480, Left = 68, Right = 24, Top = 52, LegendLine = 20, Bottom = 58;

    // Okabe and Ito's palette without its black and yellow: told apart by readers with any colour vision, on either background.
    private static readonly string[] Colors = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9"];
    private static readonly string[] Dashes = ["", "7 4", "2 3"];

    private double PlotTop => Top + LegendLine * LegendRows;

    private int LegendRows => (series.Count + 2) / 3;

    /// <summary>The document.</summary>
    public string ToSvg()
    {
        var svg = new StringBuilder();
        svg.Append(string.Create(CultureInfo.InvariantCulture, $$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{Width}} {{Height}}" width="{{Width}}" height="{{Height}}" role="img" aria-label="{{Escape(title)}}">
            <style>
              svg { background: #ffffff; font: 13px system-ui, sans-serif; }
              text { fill: #24292f; } .title { font-size: 16px; font-weight: 600; } .minor { fill: #57606a; }
              .grid { stroke: #d8dee4; stroke-width: 1; } .axis { stroke: #57606a; stroke-width: 1; }
              .line { fill: none; stroke-width: 2.25; stroke-linejoin: round; stroke-linecap: round; }
              @media (prefers-color-scheme: dark) {
                svg { background: #0d1117; } text { fill: #e6edf3; } .minor { fill: #9198a1; }
                .grid { stroke: #2a313c; } .axis { stroke: #9198a1; }
              }
            </style>
            <text class="title" x="{{Left}}" y="28">{{Escape(title)}}</text>

            """));
        AppendLegend(svg);
        AppendAxes(svg);
        for (int i = 0; i < series.Count; i++) AppendLine(svg, series[i], i);
        return svg.Append("</svg>\n").ToString();
    }

    private void AppendLegend(StringBuilder svg)
    {
        const double column = (Width - Left - Right) / 3;
        for (int i = 0; i < series.Count; i++)
        {
            double left = Left + i % 3 * column, middle = Top + i / 3 * LegendLine;
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"line\" {Stroke(i)} d=\"M{left:0.#} {middle - 4:0.#}h24\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{left + 32:0.#}\" y=\"{middle:0.#}\">{Escape(series[i].Name)}</text>\n");
        }
    }

    private void AppendAxes(StringBuilder svg)
    {
        const double bottom = Height - Bottom, right = Width - Right;
        foreach ((double value, string label) in y.Ticks)
        {
            double at = AtY(value);
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {at:0.##}H{right}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"minor\" x=\"{Left - 10}\" y=\"{at + 4:0.##}\" text-anchor=\"end\">{label}</text>\n");
        }
        foreach ((double value, string label) in x.Ticks)
        {
            double at = AtX(value);
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"axis\" d=\"M{at:0.##} {bottom}v5\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"minor\" x=\"{at:0.##}\" y=\"{bottom + 20}\" text-anchor=\"middle\">{label}</text>\n");
        }
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"axis\" d=\"M{Left} {bottom}H{right}\"/>\n");
        svg.Append(CultureInfo.InvariantCulture,
            $"<text class=\"minor\" x=\"{(Left + right) / 2:0.##}\" y=\"{Height - 14}\" text-anchor=\"middle\">{Escape(x.Title)}</text>\n");
        double center = (PlotTop + bottom) / 2;
        svg.Append(CultureInfo.InvariantCulture,
            $"<text class=\"minor\" transform=\"translate(18 {center:0.##}) rotate(-90)\" text-anchor=\"middle\">{Escape(y.Title)}</text>\n");
    }

    private void AppendLine(StringBuilder svg, ChartSeries line, int index)
    {
        (double X, double Y)[] points = [.. line.Points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))];
        if (points.Length == 0) return;
        string path = string.Join('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{AtX(point.X):0.##} {AtY(point.Y):0.##}")));
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"line\" {Stroke(index)} d=\"M{path}\"><title>{Escape(line.Name)}</title></path>");
        // A dot marks the end, so that a run that ended early is seen to have ended.
        svg.Append(CultureInfo.InvariantCulture, $"<circle fill=\"{Colors[index % Colors.Length]}\" cx=\"{AtX(points[^1].X):0.##}\" cy=\"{AtY(points[^1].Y):0.##}\" r=\"3.5\"/>\n");
    }

    private static string Stroke(int index)
    {
        string dash = Dashes[index / Colors.Length % Dashes.Length];
        return $"stroke=\"{Colors[index % Colors.Length]}\"" + (dash.Length == 0 ? "" : $" stroke-dasharray=\"{dash}\"");
    }

    private double AtX(double value) => Left + x.Share(value) * (Width - Left - Right);

    private double AtY(double value) => Height - Bottom - y.Share(value) * (Height - Bottom - PlotTop);

    private static string Escape(string text) => SecurityElement.Escape(text);
}
