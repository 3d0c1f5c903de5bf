using System.CommandLine;

namespace Rubato.Cli.Commands;

/// <summary>The program without its console: arguments in, exit code out.</summary>
internal static class RubatoProgram
{
    // Words that begin with @ are paths like any other, and single letters are not bundled: no flag has one.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>All commands.</summary>
    public static RootCommand CreateCommand(CommandContext context)
    {
        var root = new RootCommand("Trains models on clusters whose machines are not equally fast and whose links are thin.")
        {
            TrainCommand.Create(context),
            CompareCommand.Create(context),
            ReproduceCommand.Create(context),
            SimulateFaultsCommand.Create(context),
            DataCommand.Create(context),
            ListCommand.Create(context),
        };
        root.SetAction(parsed => root.Parse(["--help"], Parsing).Invoke(parsed.InvocationConfiguration));
        return root;
    }

    /// <summary>Reads arguments without running anything; a wrong request is in <see cref="RequestErrors.In"/>.</summary>
    public static ParseResult Parse(RootCommand root, IReadOnlyList<string> arguments) => root.Parse(arguments, Parsing);

    /// <summary>Runs a command line to its exit code; every failure is one message on standard error.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandContext context, CancellationToken cancellation)
    {
        Terminal terminal = context.Terminal;
        ParseResult parsed = Parse(CreateCommand(context), arguments);
        if (RequestErrors.In(parsed) is { } wrong)
        {
            terminal.Error.WriteLine(wrong);
            return ExitCode.WrongRequest;
        }
        try
        {
            var invocation = new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            terminal.Error.WriteLine("Interrupted: the run was ended before its budget was used up.");
            return ExitCode.RunFailed;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            terminal.Error.WriteLine(Failure.MessageOf(failure));
            return Failure.ExitCodeOf(failure);
        }
    }
}
