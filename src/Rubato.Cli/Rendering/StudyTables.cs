using Rubato.Studies;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rubato.Cli.Rendering;

/// <summary>A study's figures and bars for the terminal.</summary>
internal static class StudyTables
{
    /// <summary>One table of figures.</summary>
    public static IRenderable Of(StudyTable table)
    {
        var grid = new Table { Border = TableBorder.Rounded, Title = new TableTitle(Markup.Escape(table.Title)) };
        foreach (string column in table.Columns) grid.AddColumn(new TableColumn(Markup.Escape(column)));
        foreach (IReadOnlyList<string> row in table.Rows) grid.AddRow([.. row.Select(cell => new Text(cell))]);
        return grid;
    }

    /// <summary>All bars with their verdicts.</summary>
    public static IRenderable OfBars(StudyResult result)
    {
        var grid = new Table { Border = TableBorder.Rounded, Title = new TableTitle($"{Markup.Escape(result.Study.Name)}: {result.Bars.Count(bar => bar.Holds)} of {result.Bars.Count} bars hold") };
        foreach (string column in (string[])["what", "asked", "found", ""]) grid.AddColumn(column);
        foreach (StudyBar bar in result.Bars)
            grid.AddRow(new Text(bar.What), new Text(bar.Asked), new Text(bar.Figure), new Markup(bar.Holds ? "[green]holds[/]" : "[red]fails[/]"));
        return grid;
    }
}
