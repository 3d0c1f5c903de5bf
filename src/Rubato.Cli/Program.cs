using Rubato.Cli;
using Rubato.Cli.Commands;
using Rubato.Training;

// Before anything else is loaded, and with signals of its own: a rank of a run on processes starts this way, many at a time.
if (args is ["rank"]) return await RankProcess.RunAsync(Console.OpenStandardInput(), Console.Error, Environment.GetEnvironmentVariable);

// The only lines of Rubato that know the console.
var terminal = new Terminal(Console.Out, !Console.IsOutputRedirected, Console.Error, !Console.IsErrorRedirected);
AppDomain.CurrentDomain.UnhandledException += (_, failure) =>
{
    terminal.Error.WriteLine(Failure.MessageOf((Exception)failure.ExceptionObject));
    Environment.Exit(ExitCode.RunFailed);
};
using var interruption = new Interruption();
int code = await RubatoProgram.RunAsync(args, new CommandContext(terminal, Worlds.ClusterFor), interruption.Token);
return interruption.ExitCode ?? code;
