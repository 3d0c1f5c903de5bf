using System.CommandLine;
using System.Text.Json.Nodes;
using Rubato.Cli.Rendering;
using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary><c>rubato train</c>: runs one job, and on request a baseline strategy on the same job to contrast it with.</summary>
internal static class TrainCommand
{
    /// <summary>The command with its flags.</summary>
    public static Command Create(CommandContext context)
    {
        var job = new JobFlags();
        var output = new OutputFlags();
        var baseline = new Option<string>("--baseline")
        {
            HelpName = "STRATEGY|none",
            Description = "first runs this strategy on the same job and contrasts the two; all-reduce where no job is described, else none",
        };
        var printJob = new Option<bool>("--print-job") { Description = "prints the resolved job as YAML and runs nothing" };
        var command = new Command("train", "Trains a model. Without a job it shows what a strategy saves when one of eight workers is slow.");
        job.AddTo(command);
        command.Add(baseline);
        command.Add(printJob);
        output.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            bool isShowcase = job.AreAbsent(parsed);
            TrainingJob resolved = job.Resolve(parsed, context.Place, isShowcase ? Showcase.Job : new TrainingJob());
            string other = parsed.GetValue(baseline) ?? (isShowcase ? Showcase.Baseline : "none");
            if (!parsed.GetValue(printJob))
                return RunAsync(context, resolved, other == "none" ? null : Specification.Parse(other), output.Json(parsed), output.Quiet(parsed), cancellation);
            if (output.Json(parsed)) throw new InvalidRequestException("--print-job prints YAML, not JSON, and runs nothing. Leave out --json beside it.");
            if (other != "none") RunSequence.Check(resolved, [Specification.Parse(other)]);
            context.Terminal.Output.Write(JobFile.ToYaml(JobPlan.Build(resolved).Job));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, TrainingJob job, Specification? baseline, bool json, bool quiet, CancellationToken cancellation)
    {
        context.RefuseCopies(job);
        var runs = new RunSequence(context, quiet);
        RunReport? before = null;
        if (baseline is not null)
        {
            if (job.Resume is not null)
                throw new InvalidRequestException(
                    $"The run goes on from '{job.Resume}', but a baseline would start afresh and the two could not be compared. Leave out --resume or --baseline.");
            RunSequence.Check(job, [baseline, job.Strategy]);
            string? folder = job.Output is null ? null : Path.Combine(job.Output, "baseline");
            before = await runs.RunAsync(job with { Strategy = baseline, Output = folder }, cancellation);
        }
        RunReport report = await runs.RunAsync(job, cancellation);

        Terminal terminal = context.Terminal;
        if (!(json && quiet))
        {
            terminal.Write(before is null ? ResultTable.Of(report) : ContrastTable.Of(before, report), toError: json);
            if (before is not null) terminal.WriteLine(ContrastTable.Sentence(before, report), toError: json);
        }
        if (json) terminal.Output.WriteLine(Json(report, before));
        return report.MissedItsTarget() ? ExitCode.TargetNotReached : ExitCode.Done;
    }

    private static string Json(RunReport report, RunReport? baseline)
    {
        JsonObject line = JsonNode.Parse(RunReportJson.ToJson(report, indented: false))!.AsObject();
        line["baseline"] = baseline is null ? null : JsonNode.Parse(RunReportJson.ToJson(baseline, indented: false));
        return line.ToJsonString();
    }
}
