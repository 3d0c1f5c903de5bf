using Rubato.Cli;
using Rubato.Cli.Commands;
using Rubato.Training;

// Before anything else is loaded, and with signals of its own: a rank of a run on processes starts this way, many at a time.
if (args is ["rank"]) return await RankProcess.RunAsync(Console.OpenStandardInput(), Console.Error, Environment.GetEnvironmentVariable);

// The only lines of Rubato that know the console.
RankPlace? place = MpiLauncher.Find(Environment.GetEnvironmentVariable);
string? proof = MpiLauncher.FindProofOfCopies(Environment.GetEnvironmentVariable);
bool isFollower = place is { Rank: > 0 } && MpiRank.IsForMpi(args);
using var unheard = new StringWriter();
// Launchers may give ranks a terminal each, whose control codes would stand among the results.
if (place is not null) Environment.SetEnvironmentVariable("TERM", "dumb");
Terminal terminal = isFollower ? new Terminal(TextWriter.Null, false, unheard, false)
    : new Terminal(Console.Out, place is null && !Console.IsOutputRedirected, Console.Error, place is null && !Console.IsErrorRedirected);
AppDomain.CurrentDomain.UnhandledException += (_, failure) =>
{
    Console.Error.WriteLine(Failure.MessageOf((Exception)failure.ExceptionObject));
    Environment.Exit(ExitCode.RunFailed);
};
using var interruption = new Interruption();
await using var worlds = new Worlds(Console.Error);
int code = await RubatoProgram.RunAsync(args, new CommandContext(terminal, worlds.ClusterFor, place, proof), interruption.Token);
if (code != ExitCode.Done && place is { } own && MpiRank.IsForMpi(args)) await MpiRank.FailTogetherAsync(worlds, own, unheard.ToString(), Console.Error);
return interruption.ExitCode ?? code;
