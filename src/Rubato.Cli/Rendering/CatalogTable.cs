using Rubato.Configuration;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rubato.Cli.Rendering;

/// <summary>What can be chosen by name, each with its options and their defaults.</summary>
internal static class CatalogTable
{
    /// <summary>A catalogue under its title.</summary>
    public static IRenderable Of<T>(string title, Catalog<T> catalog) =>
        Of(title, catalog.Entries.Select(entry => (entry.Name, entry.Summary, entry.Options)));

    /// <summary>Names with their summaries and options under a title.</summary>
    public static IRenderable Of(string title, IEnumerable<(string Name, string Summary, IReadOnlyList<OptionDescription> Options)> entries)
    {
        var grid = new Grid();
        grid.AddColumn(new GridColumn().NoWrap().PadRight(3));
        grid.AddColumn(new GridColumn());
        foreach ((string name, string summary, IReadOnlyList<OptionDescription> options) in entries)
        {
            grid.AddRow(new Markup($"[bold]{Markup.Escape(name)}[/]"), new Text(summary));
            foreach (OptionDescription option in options) grid.AddRow(new Text(option.Default.Length == 0 ? $"  {option.Key}" : $"  {option.Key}={option.Default}"), new Text(Meaning(option)));
        }
        return new Rows(new Markup($"[underline]{Markup.Escape(title)}[/]"), grid);
    }

    private static string Meaning(OptionDescription option) =>
        option.Summary.Length == 0 ? option.Type : $"{option.Summary.TrimEnd('.')} ({option.Type})";
}
