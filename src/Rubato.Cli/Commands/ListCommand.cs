using System.CommandLine;
using Rubato.Cli.Rendering;
using Rubato.Compression;
using Rubato.Configuration;
using Rubato.Data;
using Rubato.Models;
using Rubato.Optimizers;
using Rubato.Simulation;
using Rubato.Strategies;
using Rubato.Studies;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rubato.Cli.Commands;

/// <summary><c>rubato list</c>: everything that can be chosen by name, with options and defaults.</summary>
internal static class ListCommand
{
    private static readonly (string Kind, Func<IRenderable> Table)[] Kinds =
    [
        ("strategies", () => CatalogTable.Of("strategies", StrategyCatalog.All)),
        ("compressors", () => CatalogTable.Of("compressors", CompressorCatalog.All)),
        ("models", () => CatalogTable.Of("models", ModelCatalog.All)),
        ("optimizers", () => CatalogTable.Of("optimizers", OptimizerCatalog.All)),
        ("schedules", () => CatalogTable.Of("schedules", ScheduleCatalog.All)),
        ("datasets", () => CatalogTable.Of("datasets", DatasetCatalog.All.Select(set => (set.Name, set.Summary, (IReadOnlyList<OptionDescription>)[]))
            .Concat(GeneratedDatasets.All.Entries.Select(set => (set.Name, set.Summary + ", generated", set.Options))))),
        ("distributions", () => CatalogTable.Of("distributions of step times", NoiseCatalog.All)),
        ("studies", () => CatalogTable.Of("studies", StudyCatalog.All.Select(study => (study.Name, study.Claim, (IReadOnlyList<OptionDescription>)[])))),
    ];

    /// <summary>The command with its argument.</summary>
    public static Command Create(CommandContext context)
    {
        var kind = new Argument<string?>("kind")
        {
            HelpName = "KIND",
            Description = $"what to list: {string.Join(", ", Kinds.Select(one => one.Kind))}; everything where it is left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("list", "Lists what can be chosen by name, with options and defaults.") { kind };
        command.SetAction(parsed =>
        {
            string? wanted = parsed.GetValue(kind);
            if (wanted is not null && Kinds.All(one => one.Kind != wanted))
                throw new InvalidRequestException($"There is no list of '{wanted}'.{NearestName.Suggest(wanted, [.. Kinds.Select(one => one.Kind)])}");
            foreach ((string name, Func<IRenderable> table) in Kinds)
            {
                if (wanted is not null && name != wanted) continue;
                context.Terminal.Write(table());
                if (wanted is null) context.Terminal.Write(new Text("\n"));
            }
            return ExitCode.Done;
        });
        return command;
    }
}
