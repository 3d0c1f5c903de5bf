using System.CommandLine;
using Rubato.Cli.Progress;
using Rubato.Cli.Rendering;
using Rubato.Configuration;
using Rubato.Data;
using Spectre.Console;

namespace Rubato.Cli.Commands;

/// <summary><c>rubato data</c>: lists data sets, fetches their files from their home addresses, and verifies them.</summary>
internal static class DataCommand
{
    /// <summary>The command with its three verbs.</summary>
    public static Command Create(CommandContext context) => Create(context.Terminal, DataSource.All);

    internal static Command Create(Terminal terminal, IReadOnlyList<DataSource> sources) => new("data", "Lists, fetches and verifies data sets.")
    {
        CreateList(terminal),
        CreateFetch(terminal, sources),
        CreateVerify(terminal, sources),
    };

    private static Command CreateList(Terminal terminal)
    {
        Option<string?> folder = FolderOption();
        var command = new Command("list", "Lists the named data sets and whether their files are there.") { folder };
        command.SetAction(parsed =>
        {
            string root = DataDirectory.Resolve(parsed.GetValue(folder));
            var table = new Table().AddColumns("name", "what", "shape", "classes", "standardised by", "files");
            foreach (DatasetDescription set in DatasetCatalog.All)
            {
                table.AddRow(new Text(set.Name), new Text(set.Summary), new Text(set.Shape.ToString()), new Text($"{set.Classes}"), new Text(set.Normalisation),
                    new Text(set.Name == "digits" ? "built in" : DatasetCatalog.IsPresent(set.Name, root) ? "there" : "not there"));
            }
            terminal.Write(table);
            terminal.WriteLine($"Files lie in {root} (--data-dir DIR or {DataDirectory.Variable} changes that).");
            terminal.WriteLine("Own data: --dataset FILE.csv, FILE.libsvm, …-images….idx, FILE.bin (each also .gz) or a folder of MNIST's or CIFAR-10's files.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateFetch(Terminal terminal, IReadOnlyList<DataSource> sources)
    {
        Option<string?> folder = FolderOption();
        var names = new Argument<string[]>("names")
        {
            HelpName = string.Join('|', sources.Select(source => source.Name)),
            Description = "the data sets to fetch",
            Arity = ArgumentArity.OneOrMore,
        };
        names.CompletionSources.Add([.. sources.Select(source => source.Name)]);
        var stall = new Option<double>("--stall-seconds")
        {
            HelpName = "SECONDS",
            Description = "how long a server may send nothing before the next attempt",
            DefaultValueFactory = _ => 30,
        };
        var command = new Command("fetch", "Fetches data sets; what was cut off is gone on with.") { names, folder, stall };
        command.SetAction(async (parsed, cancellation) =>
        {
            // All names are looked up before the first byte is fetched.
            DataSource[] wanted = [.. (parsed.GetValue(names) ?? []).Distinct().Select(name => DataSource.Find(name, sources))];
            string root = DataDirectory.Resolve(parsed.GetValue(folder));
            var options = new FetchOptions { StallLimit = StallLimit(parsed.GetValue(stall)) };
            using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
            var fetcher = new DatasetFetcher(client, TimeProvider.System, options);
            foreach (DataSource source in wanted)
            {
                terminal.Error.WriteLine($"{source.Name}: {source.Credit}");
                await FetchDisplay.ShowAsync(terminal, progress => fetcher.FetchAsync(source, root, progress, cancellation));
                terminal.WriteLine($"{source.Name} is ready in {root}.");
            }
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateVerify(Terminal terminal, IReadOnlyList<DataSource> sources)
    {
        Option<string?> folder = FolderOption();
        var names = new Argument<string[]>("names")
        {
            HelpName = string.Join('|', sources.Select(source => source.Name)),
            Description = "the data sets to verify; all that are there where it is left out",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("verify", "Compares the SHA-256 of every file with the published one.") { names, folder };
        command.SetAction(async (parsed, cancellation) =>
        {
            string[] wanted = parsed.GetValue(names) ?? [];
            string root = DataDirectory.Resolve(parsed.GetValue(folder));
            bool isWhole = true, isAny = false;
            var found = new List<(DataSource Source, IReadOnlyList<FileCheck> Checks)>();
            foreach (DataSource source in wanted.Length == 0 ? sources : [.. wanted.Distinct().Select(name => DataSource.Find(name, sources))])
                found.Add((source, await FileCheck.OfAsync(source, root, cancellation)));
            HashSet<string> intact = [.. found.SelectMany(one => one.Checks).Where(check => check.State == FileState.Intact).Select(check => check.Path)];
            foreach ((DataSource source, IReadOnlyList<FileCheck> checks) in found)
            {
                // Unasked, a set that was never fetched is no fault, nor is another set's file of the same name.
                if (wanted.Length == 0 && checks.All(check => check.State != FileState.Intact)
                    && (checks.All(check => check.State == FileState.Missing) || checks.Any(check => intact.Contains(check.Path)))) continue;
                isAny = true;
                isWhole &= checks.All(check => check.State == FileState.Intact);
                foreach (FileCheck check in checks) terminal.WriteLine($"{source.Name}  {StateInWords(check.State),-7}  {check.Path}");
            }
            if (!isAny) terminal.WriteLine($"No data set lies in {root}. Fetch one with 'rubato data fetch fashion-mnist'.");
            if (!isWhole) terminal.Error.WriteLine("Not every file is the published one. Delete the damaged ones and run 'rubato data fetch' with the name of their set.");
            return isWhole ? ExitCode.Done : ExitCode.RunFailed;
        });
        return command;
    }

    private static Option<string?> FolderOption() => new("--data-dir")
    {
        HelpName = "DIR",
        Description = $"the folder of data files (default: {DataDirectory.Variable}, or rubato/data in the local application data)",
    };

    private static TimeSpan StallLimit(double seconds) => seconds is > 0 and <= 86_400
        ? TimeSpan.FromSeconds(seconds)
        : throw new InvalidRequestException(Quantity.Text($"The stall limit is {seconds} seconds, but it must be above 0 and at most 86400. Use --stall-seconds 30, for example."));

    private static string StateInWords(FileState state) => state switch
    {
        FileState.Intact => "intact",
        FileState.Missing => "missing",
        _ => "damaged",
    };
}
