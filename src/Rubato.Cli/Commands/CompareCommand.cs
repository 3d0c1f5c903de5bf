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
        if (writes)
        {
            RunDirectory.MakeFolder(folder!);
            foreach (Specification strategy in strategies) CheckFresh(FolderOf(folder!, strategy));
        }
        Terminal terminal = context.Terminal;
        List<ComparedRun> runs = await RunAllAsync(context, job, strategies, folder, quiet, cancellation);
        RunReport[] reports = [.. runs.Select(run => run.Report).OfType<RunReport>()];

        if (!(json && quiet)) terminal.Write(ComparisonTable.Of(runs), toError: json);
        JsonObject result = Json(runs);
        if (writes)
        {
            await File.WriteAllTextAsync(Path.Combine(folder!, "compare.json"), result.ToJsonString(new() { WriteIndented = true }) + "\n", cancellation);
            if (reports.Length > 0)
            {
                await File.WriteAllTextAsync(Path.Combine(folder!, "compare.svg"), AccuracyChart.Of(reports), cancellation);
                if (!quiet) terminal.Error.WriteLine($"Chart: {Path.Combine(folder!, "compare.svg")}");
            }
        }
        if (json) terminal.Output.WriteLine(result.ToJsonString());
        if (reports.Length < runs.Count)
        {
            string[] failed = [.. runs.Where(run => run.Failure is not null).Select(run => run.Strategy.ToString())];
            terminal.Error.WriteLine($"{failed.Length} of {runs.Count} strategies failed: {string.Join(", ", failed)}.");
            return ExitCode.RunFailed;
        }
        return reports.Any(report => report.MissedItsTarget()) ? ExitCode.TargetNotReached : ExitCode.Done;
    }

    // A strategy that fails is a result like any other; a wrong request ends all, and so does an interruption, which an MPI rank may have heard of from rank 0 only.
    private static async Task<List<ComparedRun>> RunAllAsync(
        CommandContext context, TrainingJob job, Specification[] strategies, string? folder, bool quiet, CancellationToken cancellation)
    {
        var sequence = new RunSequence(context, quiet);
        var runs = new List<ComparedRun>();
        foreach (Specification strategy in strategies)
        {
            string? own = folder is null ? null : FolderOf(folder, strategy);
            try
            {
                runs.Add(new ComparedRun(await sequence.RunAsync(job with { Strategy = strategy, Output = own }, cancellation)));
            }
            catch (Exception failure) when (Failure.ExitCodeOf(failure) == ExitCode.RunFailed
                && failure is not (OutOfMemoryException or OperationCanceledException) && !cancellation.IsCancellationRequested)
            {
                runs.Add(new ComparedRun(strategy, null, Failure.MessageOf(failure)));
                context.Terminal.Error.WriteLine($"{strategy} failed: {Failure.MessageOf(failure)}");
            }
        }
        return runs;
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

    // A comparison starts all its runs afresh.
    private static void CheckFresh(string folder)
    {
        if (RunDirectory.HoldsRun(folder))
            throw new InvalidRequestException(
                $"'{folder}' already holds a run, and compare starts every run afresh. Choose another --output, or go on with that run alone: rubato train --resume {folder}.");
    }

    // A specification as a folder's name on any file system: grouped:groups=4 becomes grouped-groups=4.
    private static string FolderOf(string folder, Specification strategy) => Path.Combine(
        folder, string.Concat(strategy.ToString().Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '=' or '.' or ',' ? c : '-')));

    private static JsonObject Json(IEnumerable<ComparedRun> runs) => new() { ["runs"] = new JsonArray([.. runs.Select(Json)]) };

    private static JsonObject Json(ComparedRun run)
    {
        JsonObject json = run.Report is null
            ? new JsonObject { ["strategy"] = run.Strategy.ToString() }
            : JsonNode.Parse(RunReportJson.ToJson(run.Report, indented: false))!.AsObject();
        json["failed"] = run.Failure;
        return json;
    }
}
