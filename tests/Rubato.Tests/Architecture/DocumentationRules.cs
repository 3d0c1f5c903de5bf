using System.CommandLine;
using Rubato.Cli;
using Rubato.Cli.Commands;
using Rubato.Configuration;
using Rubato.Data;
using Rubato.Strategies;
using Rubato.Training;

namespace Rubato.Tests.Architecture;

/// <summary>What must hold of the blocks in pages, so that readers can trust every line that they copy.</summary>
internal static class DocumentationRules
{
    private const string FromClone = "dotnet run -c Release --project src/Rubato.Cli -- ";

    // Whole commands of the README's other lines, each run by .ci/run.
    private static readonly string[] CheckedByCi =
        ["dotnet test", "dotnet build", ".ci/run", "dotnet format", "dotnet format --verify-no-changes", "RUBATO_ACCEPT=1 dotnet test"];

    /// <summary>What is wrong with a block, null when nothing is.</summary>
    /// <param name="block">The block.</param>
    /// <param name="compiledSources">The text of every compiled file that C# may be quoted from.</param>
    public static string? Violation(FencedBlock block, IEnumerable<string> compiledSources) => block.Language switch
    {
        "csharp" => compiledSources.Any(source => Contains(source, block.Text)) ? null
            : "stands in no file under examples/ or tests/; quote compiled code line by line",
        "sh" => block.Text.Split('\n').Select(CommandViolation).FirstOrDefault(wrong => wrong is not null),
        "yaml" => YamlViolation(block),
        // What a program printed, a drawing, a formula: nothing that a reader runs.
        "text" or "mermaid" or "math" or "json" => null,
        "" => "has no language; say sh, csharp, yaml, json or text",
        var other => $"is in '{other}', which nothing checks; use sh, csharp, yaml, json or text",
    };

    private static string? CommandViolation(string line)
    {
        line = line.Split(" #")[0].Trim();
        if (line.Length == 0 || line.StartsWith('#') || CheckedByCi.Contains(line)) return null;
        string? arguments = line.StartsWith("rubato ", StringComparison.Ordinal) ? line["rubato ".Length..]
            : line.StartsWith(FromClone, StringComparison.Ordinal) ? line[FromClone.Length..] : null;
        if (arguments is null) return $"has the line '{line}', which neither begins with rubato nor is run by .ci/run";
        var context = new CommandContext(new Terminal(TextWriter.Null, false, TextWriter.Null, false), world =>
            throw new InvalidOperationException($"A page's command was about to run on {world}."));
        string[] tokens = [.. System.CommandLine.Parsing.CommandLineParser.SplitCommandLine(arguments)];
        ParseResult parsed = RubatoProgram.Parse(RubatoProgram.CreateCommand(context), tokens);
        if (RequestErrors.In(parsed) is { } wrong) return $"has the line '{line}': {wrong}";
        if (parsed.CommandResult.Command.Name == "compare") tokens = AsTraining(tokens);
        // Values too: the flags of a job are read by printing the job in place of running it.
        else if (parsed.CommandResult.Command.Name != "train") return null;
        if (tokens.Contains("--help") || tokens.Contains("--job")) return null;
        using var error = new StringWriter();
        var printing = new CommandContext(new Terminal(TextWriter.Null, false, error, false), context.ClusterFor);
        return RubatoProgram.RunAsync([.. tokens, "--print-job"], printing, CancellationToken.None).GetAwaiter().GetResult() == ExitCode.Done
            || tokens.Contains("--print-job") ? null : $"has the line '{line}': {error}";
    }

    // The job that is compared under its last strategy; all are looked up here.
    private static string[] AsTraining(string[] tokens)
    {
        List<string> others = ["train"], strategies = [];
        List<string> row = others;
        foreach (string token in tokens[1..])
        {
            bool isFlag = token.StartsWith('-');
            if (isFlag) row = token is "--strategies" or "--strategy" ? strategies : others;
            if (!isFlag || row == others) row.Add(token);
        }
        // Data that is fetched may not be here, but its name can be looked up.
        int data = others.IndexOf("--dataset") + 1;
        if (data > 0 && DatasetCatalog.All.Any(set => set.Name == others[data]) && !DatasetCatalog.IsPresent(others[data])) others[data] = "digits";
        foreach (string strategy in strategies) StrategyCatalog.All.Create(Specification.Parse(strategy));
        return strategies.Count == 0 ? [.. others] : [.. others, "--strategy", strategies[^1]];
    }

    // A job file, or the file of a simulated network.
    private static string? YamlViolation(FencedBlock block)
    {
        bool isNetwork = block.Text.Split('\n').Contains("sites:");
        try
        {
            if (isNetwork) NetworkFile.Parse(block.Text, workers: 8);
            else JobFile.Parse(block.Text, block.Place);
            return null;
        }
        catch (InvalidRequestException wrong)
        {
            return $"is no {(isNetwork ? "network" : "job")} file: {wrong.Message}";
        }
    }

    // Verbatim but for the indentation of the whole.
    private static bool Contains(string source, string quoted)
    {
        string[] lines = [.. source.Split('\n').Select(line => line.TrimEnd())], wanted = [.. quoted.Split('\n').Select(line => line.TrimEnd())];
        for (int start = 0; start + wanted.Length <= lines.Length; start++)
        {
            int indent = lines[start].Length - lines[start].TrimStart().Length;
            if (wanted.Select((line, i) => line == (lines[start + i].Length >= indent ? lines[start + i][indent..] : lines[start + i].TrimStart())).All(equal => equal))
                return true;
        }
        return false;
    }
}
