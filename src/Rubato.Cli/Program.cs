using Rubato.Cli;
using Rubato.Cli.Commands;
using Rubato.Training;

// Before anything else is loaded, and with signals of its own: a rank of a run on processes starts this way, many at a time.
if (args is ["rank"]) return await RankProcess.RunAsync(Console.OpenStandardInput(), Console.Error, Environment.GetEnvironmentVariable);

// The only lines of Rubato that know the console.
RankPlace? place = MpiLauncher.Find(Environment.GetEnvironmentVariable);
bool isFollower = MpiRank.IsFollower(args, place);
using var unheard = new StringWriter();
TextWriter error = place is null ? Console.Error : MpiRank.Plain(Console.OpenStandardError());
Terminal terminal = isFollower ? new Terminal(TextWriter.Null, false, unheard, false)
    : place is not null ? new Terminal(MpiRank.Plain(Console.OpenStandardOutput()), false, error, false)
    : new Terminal(Console.Out, !Console.IsOutputRedirected, error, !Console.IsErrorRedirected);
AppDomain.CurrentDomain.UnhandledException += (_, failure) =>
{
    error.WriteLine(Failure.MessageOf((Exception)failure.ExceptionObject));
    Environment.Exit(ExitCode.RunFailed);
};
using var interruption = new Interruption();
await using var worlds = new Worlds(error);
int code = await RubatoProgram.RunAsync(args, new CommandContext(terminal, worlds.ClusterFor, place), interruption.Token);
if (isFollower && code != ExitCode.Done && !worlds.HaveMet) await MpiRank.SpeakUpAsync(error, unheard.ToString(), place);
return interruption.ExitCode ?? code;
