using System.CommandLine;
using System.Text.Json.Nodes;
using Rubato.Cli.Progress;
using Rubato.Configuration;
using Rubato.Studies;
using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary><c>rubato simulate-faults</c>: small simulated jobs under drawn faults, each held to what its strategy promises.</summary>
internal static class SimulateFaultsCommand
{
    /// <summary>The command with its flags.</summary>
    public static Command Create(CommandContext context)
    {
        var runs = new Option<long>("--runs") { HelpName = "N", Description = "cases to look at", DefaultValueFactory = _ => 1000 };
        var seed = new Option<ulong>("--seed") { HelpName = "S", Description = "the first case's seed; the others follow", DefaultValueFactory = _ => 1 };
        var output = new OutputFlags();
        var command = new Command("simulate-faults", "Looks for broken promises in simulated jobs whose cluster fails in every way.") { runs, seed };
        output.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.Run(
            () => Run(context, parsed.GetValue(seed), parsed.GetValue(runs), output.Json(parsed), output.Quiet(parsed), cancellation), cancellation));
        return command;
    }

    private static int Run(CommandContext context, ulong seed, long runs, bool json, bool quiet, CancellationToken cancellation)
    {
        context.RefuseCopies("the same search");
        if (runs < 1) throw new InvalidRequestException($"The search is to look at {runs} cases, but the fewest is 1. Use --runs 1000, for example.");
        Terminal terminal = context.Terminal;
        IProgress<long>? progress = quiet ? null : new CaseProgress(terminal.Error, runs, TimeProvider.System);
        if (runs == 1 && !quiet) terminal.Error.WriteLine($"Seed {seed} is: rubato train {JobFile.ToFlags(FaultSearch.CaseOf(seed))}");
        FaultFinding? found = new FaultSearch().Search(seed, runs, progress, cancellation);
        if (json)
        {
            terminal.Output.WriteLine(new JsonObject
            {
                ["runs"] = runs,
                ["first_seed"] = seed,
                ["failing_seed"] = found?.Seed,
                ["what"] = found?.What,
                ["flags"] = found is null ? null : JobFile.ToFlags(found.Job),
            }.ToJsonString());
        }
        if (found is null)
        {
            if (!json) terminal.Output.WriteLine($"{(runs == 1 ? $"The case of seed {seed}" : $"{runs} cases from seed {seed} on")}: every promise was kept.");
            return ExitCode.Done;
        }
        if (!json)
        {
            terminal.Output.WriteLine($"Seed {found.Seed} fails: {found.What}");
            terminal.Output.WriteLine($"The case again: rubato simulate-faults --runs 1 --seed {found.Seed}");
            terminal.Output.WriteLine($"The smallest job that fails so: rubato train {JobFile.ToFlags(found.Job)}");
        }
        return ExitCode.RunFailed;
    }
}
