using System.CommandLine;
using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary>The flags that describe a job: one for each key of the job file, and <c>--job</c> for the file itself.</summary>
internal sealed class JobFlags
{
    private const string Flag = "true|false";

    private readonly Option<string> _file = new("--job") { HelpName = "FILE", Description = "a job file in YAML, or the report.json of a run to repeat; flags override it" };
    private readonly List<(JobKey Key, Option Option)> _flags = [];

    /// <summary>Creates the flags of all keys but some.</summary>
    public JobFlags(params IReadOnlyCollection<string> except)
    {
        // The default job as its file would say it.
        Dictionary<string, string> defaults = JobFile.ToYaml(new TrainingJob()).Split('\n')
            .Select(line => line.Split(": ", 2)).Where(line => line.Length == 2).ToDictionary(line => line[0], line => line[1]);
        foreach (JobKey key in JobFile.Keys.Where(key => !except.Contains(key.Name)))
        {
            Option option = key.IsRepeatable ? new Option<string[]>($"--{key.Name}") : new Option<string>($"--{key.Name}");
            option.HelpName = key.ValueForm;
            string standing = defaults.TryGetValue(key.Name, out string? value) ? $" (default {value})" : "";
            option.Description = key.Summary + (key.IsRepeatable ? "; may be repeated" : "") + standing;
            // A switch may stand alone: --tls.
            option.Arity = key.IsRepeatable ? ArgumentArity.OneOrMore : key.ValueForm == Flag ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne;
            _flags.Add((key, option));
        }
    }

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_file);
        foreach ((_, Option option) in _flags) command.Add(option);
    }

    /// <summary>Whether nothing about the job was said.</summary>
    public bool AreAbsent(ParseResult parsed) =>
        parsed.GetResult(_file) is null && _flags.All(flag => parsed.GetResult(flag.Option) is null);

    /// <summary>The job: the file's, or else the resumed folder's, or else the given one, with the flags on top.</summary>
    /// <remarks>Where nothing says how many workers there are, MPI's ranks are workers.</remarks>
    /// <exception cref="Configuration.InvalidRequestException">The file or a value is wrong.</exception>
    public TrainingJob Resolve(ParseResult parsed, RankPlace? place, TrainingJob start)
    {
        TrainingJob? described = parsed.GetValue(_file) is { } path ? JobFile.Read(path) : ResumedJob(parsed);
        TrainingJob job = described ?? start;
        foreach ((JobKey key, Option option) in _flags)
        {
            if (parsed.GetResult(option) is not { } given) continue;
            // Flags override the file: the first of a repeated one takes the file's away.
            if (key.IsRepeatable) job = JobFile.Apply(job, key.Name, "none");
            string[] values = given.Tokens.Count == 0 ? ["true"] : [.. given.Tokens.Select(token => token.Value)];
            foreach (string value in values) job = JobFile.Apply(job, key.Name, value);
        }
        // mpirun -n 4 says how many there are to be.
        bool isOpen = described is null && _flags.Any(flag => flag.Key.Name == "workers" && parsed.GetResult(flag.Option) is null);
        return isOpen && job.On == World.Mpi && place is { } ranks ? job with { Workers = ranks.Size } : job;
    }

    // A run that goes on is the run it was, in the folder where it was, unless flags or a file say otherwise.
    private TrainingJob? ResumedJob(ParseResult parsed)
    {
        Option? resume = _flags.Find(flag => flag.Key.Name == "resume").Option;
        if (resume is null || parsed.GetResult(resume) is not { Tokens: [{ Value: var folder }] } || folder == "none") return null;
        RunDirectory run = RunDirectory.Open(folder);
        // Named by one of its checkpoints, it may have later ones, and a folder holds one run.
        return run.ReadJob() with { Output = run.Path == folder ? folder : null };
    }
}
