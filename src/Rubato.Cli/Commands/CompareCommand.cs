using System.CommandLine;
using System.Text.Json.Nodes;
using Rubato.Cli.Charts;
using Rubato.Cli.Rendering;
using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary><c>rubato compare</c>: several strategies on one job, in a table, as JSON and as a chart of accuracy over time.</summary>
internal static class CompareCommand
{
    /// <summary>The command with its flags.</summary>
    public static Command Create(CommandContext context)
    {
        var job = new JobFlags("strategy", "output", "resume");
        var output = new OutputFlags();
        var strategies = new Option<string[]>("--strategies", "--strategy")
        {
            HelpName = "NAME[:key=value,…]",
            Description = "the strategies to compare, in the order in which they run; times are contrasted with the first",
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.OneOrMore,
        };
        var folder = new Option<string>("--output")
        {
            HelpName = "DIR",
            Description = "writes compare.svg, compare.json and one run directory a strategy",
        };
        var command = new Command("compare", "Runs several strategies on one job and contrasts them.");
        command.Add(strategies);
        job.AddTo(command);
        command.Add(folder);
        output.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            // Without a job, strategies are compared where the choice matters: on the showcase.
            TrainingJob resolved = job.Resolve(parsed, context.Place, job.AreAbsent(parsed) ? Showcase.Job : new TrainingJob());
            Specification[] chosen = [.. (parsed.GetValue(strategies) ?? []).Select(Specification.Parse)];
            return RunAsync(context, resolved, chosen, parsed.GetValue(folder), output.Json(parsed), output.Quiet(parsed), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, TrainingJob job, Specification[] strategies, string? folder, bool json, bool quiet, CancellationToken cancellation)
    {
        context.RefuseCopies(job);
        CheckDistinct(strategies);
        RunSequence.Check(job, strategies);
        bool writes = folder is not null && context.WritesFilesOf(job);
        if (writes) CreateFolder(folder!);
        var runs = new RunSequence(context, quiet);
        var reports = new List<RunReport>();
        foreach (Specification strategy in strategies)
        {
            string? own = folder is null ? null : Path.Combine(folder, FolderNameOf(strategy));
            reports.Add(await runs.RunAsync(job with { Strategy = strategy, Output = own }, cancellation));
        }

        Terminal terminal = context.Terminal;
        if (!(json && quiet)) terminal.Write(ComparisonTable.Of(reports), toError: json);
        JsonObject result = Json(reports);
        if (writes)
        {
            await File.WriteAllTextAsync(Path.Combine(folder!, "compare.svg"), AccuracyChart.Of(reports), cancellation);
            await File.WriteAllTextAsync(Path.Combine(folder!, "compare.json"), result.ToJsonString(new() { WriteIndented = true }) + "\n", cancellation);
            if (!quiet) terminal.Error.WriteLine($"Chart: {Path.Combine(folder!, "compare.svg")}");
        }
        if (json) terminal.Output.WriteLine(result.ToJsonString());
        return reports.Any(report => report.MissedItsTarget()) ? ExitCode.TargetNotReached : ExitCode.Done;
    }

    /// <summary>Makes an output folder with those above it.</summary>
    /// <exception cref="InvalidRequestException">It cannot be made.</exception>
    internal static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidRequestException($"The output folder '{folder}' cannot be used: {failure.Message.TrimEnd('.', ' ')}. Choose another --output.", failure);
        }
    }

    private static void CheckDistinct(Specification[] strategies)
    {
        if (strategies.Length == 0)
            throw new InvalidRequestException("There are no strategies to compare. Write --strategies all-reduce grouped:groups=4, for example.");
        foreach (IGrouping<Specification, Specification> same in strategies.GroupBy(strategy => strategy))
        {
            if (same.Count() > 1)
                throw new InvalidRequestException($"The strategy '{same.Key}' stands {same.Count()} times among those to compare. Keep one.");
        }
    }

    // A specification as a folder's name on any file system: grouped:groups=4 becomes grouped-groups=4.
    private static string FolderNameOf(Specification strategy) =>
        string.Concat(strategy.ToString().Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '=' or '.' or ',' ? c : '-'));

    private static JsonObject Json(IReadOnlyList<RunReport> reports) => new()
    {
        ["runs"] = new JsonArray([.. reports.Select(report => JsonNode.Parse(RunReportJson.ToJson(report, indented: false)))]),
    };
}
