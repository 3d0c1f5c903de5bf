using System.CommandLine;
using Rubato.Cli.Rendering;
using Rubato.Configuration;
using Rubato.Studies;
using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary><c>rubato reproduce</c>: reruns the experiment behind a paper's claim and says which of its bars hold.</summary>
internal static class ReproduceCommand
{
    /// <summary>The command with its flags.</summary>
    public static Command Create(CommandContext context)
    {
        var name = new Argument<string>("study")
        {
            HelpName = "STUDY",
            Description = "the study to rerun; rubato list studies says what each claims",
        };
        name.CompletionSources.Add([.. StudyCatalog.All.Select(study => study.Name)]);
        var seeds = new Option<int>("--seeds") { HelpName = "N", Description = "seeds that each setting is run with", DefaultValueFactory = _ => 3 };
        var folder = new Option<string>("--output") { HelpName = "DIR", Description = "writes report.html and report.json" };
        var output = new OutputFlags();
        var command = new Command("reproduce", "Reruns the experiment behind a paper's claim.") { name, seeds, folder };
        output.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(
            context, StudyCatalog.Find(parsed.GetValue(name)!), parsed.GetValue(seeds), parsed.GetValue(folder), output.Json(parsed), output.Quiet(parsed), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, Study study, int seeds, string? folder, bool json, bool quiet, CancellationToken cancellation)
    {
        context.RefuseCopies("the whole study");
        if (seeds is < 1 or > 100) throw new InvalidRequestException($"The study is to be run with {seeds} seeds, but 1 to 100 are possible. Use --seeds 3, for example.");
        Terminal terminal = context.Terminal;
        if (folder is not null) RunDirectory.MakeFolder(folder);
        var progress = quiet ? null : new StudyProgress(terminal, study.Name);
        StudyResult result = await new StudyContext(context.ClusterFor, seeds, progress, cancellation).RunAsync(study);

        if (!(json && quiet))
        {
            foreach (StudyTable table in result.Tables) terminal.Write(StudyTables.Of(table), toError: json);
            terminal.Write(StudyTables.OfBars(result), toError: json);
            foreach (string remark in result.Remarks) terminal.WriteLine(remark, toError: json);
        }
        if (folder is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "report.html"), StudyPage.Of(result), cancellation);
            await File.WriteAllTextAsync(Path.Combine(folder, "report.json"), StudyResultJson.ToJson(result, indented: true) + "\n", cancellation);
            if (!quiet) terminal.Error.WriteLine($"Report: {Path.Combine(folder, "report.html")}");
        }
        if (json) terminal.Output.WriteLine(StudyResultJson.ToJson(result, indented: false));
        return result.Holds ? ExitCode.Done : ExitCode.TargetNotReached;
    }

    /// <summary>One line on standard error for every tenth of a batch of runs.</summary>
    private sealed class StudyProgress(Terminal terminal, string study) : IProgress<(int Done, int All)>
    {
        public void Report((int Done, int All) value)
        {
            if (value.Done == value.All || value.Done % Math.Max(1, value.All / 10) == 0)
                terminal.Error.WriteLine($"{study}: {value.Done} of {value.All} runs");
        }
    }
}
