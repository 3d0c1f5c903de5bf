using System.Globalization;
using System.Text;
using Rubato.Configuration;
using Rubato.Simulation;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Rubato.Training;

/// <summary>Jobs as text: the one table of keys that job files and command-line flags share, and the YAML form.</summary>
public static class JobFile
{
    /// <summary>All keys, in the order in which they are written.</summary>
    public static IReadOnlyList<JobKey> Keys { get; } =
    [
        JobKey.Of("workers", "N", "workers; servers come on top and are chosen by the strategy",
            Whole, (job, value) => job with { Workers = value }, job => job.Workers),
        JobKey.Of("on", "threads|processes|simulation|mpi", "the world it runs in",
            ReadWorld, (job, value) => job with { On = value }, job => job.On),
        JobKey.Of("strategy", "NAME[:key=value,…]", "how workers synchronize, for example grouped:groups=4",
            Specification.Parse, (job, value) => job with { Strategy = value }, job => job.Strategy),
        JobKey.Of("compressor", "NAME[:key=value,…]", "how gradients are compressed; none for full vectors",
            Specification.Parse, (job, value) => job with { Compressor = value }, job => job.Compressor),
        JobKey.Of("dataset", "NAME|PATH", "what is learned from: a data set of the catalogue, or a file",
            NotEmpty("dataset", "digits"), (job, value) => job with { Dataset = value }, job => job.Dataset),
        JobKey.OptionalPath("data-dir", "DIR", "the folder that data files are read from",
            (job, value) => job with { DataDir = value }, job => job.DataDir),
        JobKey.Of("partition", "iid|skew:FRACTION|dirichlet:ALPHA|shards:COUNT|mixture:OWN", "how samples are dealt out to workers",
            NotEmpty("partition", "iid"), (job, value) => job with { Partition = value }, job => job.Partition),
        JobKey.Of("model", "NAME[:key=value,…]", "what is trained",
            Specification.Parse, (job, value) => job with { Model = value }, job => job.Model),
        JobKey.Of("optimizer", "NAME[:key=value,…]", "how gradients are applied, for example sgd:lr=0.1,momentum=0.9",
            Specification.Parse, (job, value) => job with { Optimizer = value }, job => job.Optimizer),
        JobKey.Of("schedule", "NAME[:key=value,…]", "how the learning rate changes over time",
            Specification.Parse, (job, value) => job with { Schedule = value }, job => job.Schedule),
        JobKey.Of("batch-size", "B", "samples in a worker's mini-batch",
            Whole, (job, value) => job with { BatchSize = value }, job => job.BatchSize),
        JobKey.Optional("epochs", "E", "budget in epochs of applied samples",
            Number, (job, value) => job with { Epochs = value }, job => job.Epochs),
        JobKey.Optional("steps", "S", "budget in global steps",
            Long, (job, value) => job with { Steps = value }, job => job.Steps),
        JobKey.Optional("target-accuracy", "A", "ends the run at the first evaluation that reaches it, from 0 to 1",
            Number, (job, value) => job with { TargetAccuracy = value }, job => job.TargetAccuracy),
        JobKey.Optional("max-seconds", "T", "budget in seconds of the cluster's clock",
            Number, (job, value) => job with { MaxSeconds = value }, job => job.MaxSeconds),
        JobKey.Of("evaluate-every", "E", "epochs between two evaluations",
            Number, (job, value) => job with { EvaluateEvery = value }, job => job.EvaluateEvery),
        JobKey.Optional("checkpoint-every", "E", "epochs between two checkpoints; none for one at the end only",
            Number, (job, value) => job with { CheckpointEvery = value }, job => job.CheckpointEvery),
        JobKey.Of("compute-time", "TIME[/sample][:DISTRIBUTION]", "the (least) time of a step, for example 20ms or 20ms:log-normal:sigma=0.1",
            ComputeTime.Parse, (job, value) => job with { ComputeTime = value }, job => job.ComputeTime),
        JobKey.Repeated("straggler", "RANK:FACTOR[@FROM[-UNTIL]]|random:probability=p,factor=f[,excess=m]", "who is slow, and how many times slower",
            Straggler.Parse, (job, value) => job with { Stragglers = value }, job => job.Stragglers),
        JobKey.OptionalChoice("speeds", "COUNTxSPEED,…", "workers in classes of speed, for example 2x8,6x1",
            SpeedClasses.Parse, (job, value) => job with { Speeds = value }, job => job.Speeds),
        JobKey.Optional("network", "latency=TIME,bandwidth=RATE|FILE", "shapes every link, for example latency=1ms,bandwidth=1Gbit; in simulation also a file of sites, or what one says in {braces}",
            NetworkShape.Parse, (job, value) => job with { Network = value }, job => job.Network),
        JobKey.Repeated("fault", "crash:RANK@TIME|restart:…|pause:…|partition:…|delay:…", "what goes wrong in simulation; random in place of RANK strikes every endpoint, once in TIME on average",
            Fault.Parse, (job, value) => job with { Faults = value }, job => job.Faults),
        JobKey.Of("collectives", "auto|messages|formula", "how simulation reckons the time of collectives",
            ReadCosting, (job, value) => job with { Collectives = value }, job => job.Collectives),
        JobKey.Of("deterministic", "true|false", "every sum in a fixed rank order",
            Flag, (job, value) => job with { Deterministic = value }, job => job.Deterministic),
        JobKey.Of("seed", "N", "the seed of every random draw",
            Seed, (job, value) => job with { Seed = value }, job => job.Seed),
        JobKey.Of("timeout-seconds", "T", "the deadline of one communication operation",
            Number, (job, value) => job with { TimeoutSeconds = value }, job => job.TimeoutSeconds),
        JobKey.Of("tls", "true|false", "encrypts connections between processes",
            Flag, (job, value) => job with { Tls = value }, job => job.Tls),
        JobKey.OptionalPath("output", "DIR", "the run directory",
            (job, value) => job with { Output = value }, job => job.Output),
        JobKey.OptionalPath("resume", "DIR", "a run directory whose last checkpoint this run goes on from, or one of its checkpoints",
            (job, value) => job with { Resume = value }, job => job.Resume),
    ];

    /// <summary>The job with one key set from text, as a flag does; a repeatable key's value is added, and <c>none</c> takes values away.</summary>
    /// <exception cref="InvalidRequestException">The key is unknown, or the value is wrong: the message holds value, limit and fix.</exception>
    public static TrainingJob Apply(TrainingJob job, string key, string text) => Find(key).Set(job, text);

    /// <summary>Reads a job file over the default job, or the job of a run from its report (<c>.json</c>).</summary>
    /// <remarks>
    /// A run's own job repeats it and must not write over it: where <c>output</c> is the run directory in which the file lies, and that holds a
    /// finished run or a checkpoint, the job has none.
    /// </remarks>
    /// <exception cref="InvalidRequestException">The file cannot be read, or a line of it is wrong: the message names file and line.</exception>
    public static TrainingJob Read(string path)
    {
        TrainingJob job = ReadAsWritten(path);
        return job.Output is { } output && RunDirectory.AreSame(output, Path.GetDirectoryName(Path.GetFullPath(path))!) && RunDirectory.HoldsRun(output)
            ? job with { Output = null }
            : job;
    }

    /// <summary>Reads a job file with its output, whatever that is.</summary>
    internal static TrainingJob ReadAsWritten(string path)
    {
        if (Directory.Exists(path))
            throw new InvalidRequestException($"The job file '{path}' is a folder. Name a file, for example the job.yaml of a run directory, or go on with a run with --resume {path}.");
        try
        {
            string text = File.ReadAllText(path);
            if (Path.GetExtension(path) == ".json") return RunReportJson.Read(text, path).Job;
            return ParseKeys(text, path) ?? throw new InvalidRequestException(
                $"The job file '{path}' is empty. Write one 'key: value' a line, workers: 8 for example; rubato train --print-job shows all keys.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidRequestException($"The job file '{path}' cannot be read: {failure.Message} Name a file that --job can read.", failure);
        }
    }

    /// <summary>Reads a job from YAML text over the default job; <paramref name="source"/> is what messages call the text.</summary>
    /// <exception cref="InvalidRequestException">A line is wrong.</exception>
    public static TrainingJob Parse(string yaml, string source) => ParseKeys(yaml, source) ?? new TrainingJob();

    // Null where there is no key.
    private static TrainingJob? ParseKeys(string yaml, string source)
    {
        try
        {
            return ParseDocument(new Parser(new StringReader(yaml)), source);
        }
        catch (YamlException broken)
        {
            throw new InvalidRequestException($"{broken.Message} ({source}, line {broken.Start.Line}). Write one 'key: value' a line.", broken);
        }
    }

    /// <summary>The resolved job as YAML, every key that has a value on a line; reading it gives an equal job.</summary>
    public static string ToYaml(TrainingJob job)
    {
        var text = new StringBuilder();
        foreach (JobKey key in Keys)
        {
            string[] values = [.. key.Write(job)];
            if (values.Length == 0) continue;
            if (!key.IsRepeatable) text.Append(CultureInfo.InvariantCulture, $"{key.Name}: {Quote(values[0])}\n");
            else text.Append(CultureInfo.InvariantCulture, $"{key.Name}:\n{string.Concat(values.Select(value => $"  - {Quote(value)}\n"))}");
        }
        return text.ToString();
    }

    /// <summary>The job as flags of <c>rubato train</c>: those in which it differs from the default job, and its seed.</summary>
    public static string ToFlags(TrainingJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var usual = new TrainingJob();
        var flags = new List<string>();
        foreach (JobKey key in Keys)
        {
            string[] values = [.. key.Write(job)], defaults = [.. key.Write(usual)];
            if (values.SequenceEqual(defaults) && key.Name != "seed") continue;
            if (values.Length == 0) flags.Add($"--{key.Name} none");
            flags.AddRange(values.Select(value => $"--{key.Name} {(value.Any(char.IsWhiteSpace) ? $"\"{value}\"" : value)}"));
        }
        return string.Join(' ', flags);
    }

    private static TrainingJob? ParseDocument(Parser parser, string source)
    {
        var job = new TrainingJob();
        parser.Consume<StreamStart>();
        if (parser.TryConsume<StreamEnd>(out _)) return null;
        parser.Consume<DocumentStart>();
        if (!parser.TryConsume<MappingStart>(out _))
        {
            if (parser.Accept<Scalar>(out Scalar? only) && IsNull(only)) return null;
            throw new InvalidRequestException($"The job is not a list of keys ({source}, line {parser.Current?.Start.Line}). Write one 'key: value' a line.");
        }
        var lines = new Dictionary<string, long>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            Scalar name = parser.Consume<Scalar>();
            if (!lines.TryAdd(name.Value, name.Start.Line))
                throw At(source, name, new InvalidRequestException($"The key '{name.Value}' stands in lines {lines[name.Value]} and {name.Start.Line}. Keep one."));
            try
            {
                job = ParseValue(parser, job, Find(name.Value));
            }
            catch (InvalidRequestException wrong)
            {
                throw At(source, name, wrong);
            }
        }
        return lines.Count == 0 ? null : job;
    }

    private static TrainingJob ParseValue(Parser parser, TrainingJob job, JobKey key)
    {
        if (parser.TryConsume<Scalar>(out Scalar? value)) return IsNull(value) ? key.Clear(job) : key.Set(job, value.Value);
        if (key.IsRepeatable && parser.TryConsume<SequenceStart>(out _))
        {
            job = key.Clear(job);
            while (!parser.TryConsume<SequenceEnd>(out _)) job = key.Set(job, parser.Consume<Scalar>().Value);
            return job;
        }
        throw new InvalidRequestException($"The key '{key.Name}' has a {(parser.Accept<MappingStart>(out _) ? "block of keys" : "list")} as its value. Write {key.Name}: {key.ValueForm} on one line, and what stands in braces or brackets in quotes.");
    }

    internal static JobKey Find(string name) => Keys.FirstOrDefault(key => key.Name == name)
        ?? throw new InvalidRequestException($"A job has no key '{name}'.{NearestName.Suggest(name, [.. Keys.Select(key => key.Name)])}");

    private static InvalidRequestException At(string source, Scalar key, InvalidRequestException wrong) =>
        new($"{wrong.Message} ({source}, line {key.Start.Line})", wrong);

    private static bool IsNull(Scalar scalar) => scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null";

    // Plain only where nothing in it means something to YAML; JSON's strings are YAML's double-quoted ones.
    private static string Quote(string value) =>
        value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '/' or '_' or '-' or '=' or ',' or ':' or '@' or '+') && value.Length > 0
            && char.IsAsciiLetterOrDigit(value[0]) && !value.EndsWith(':') && value != "null"
            ? value
            : System.Text.Json.JsonSerializer.Serialize(value);

    private static Func<string, string> NotEmpty(string what, string example) => text => text.Length > 0
        ? text
        : throw new InvalidRequestException($"The {what} is empty. Write {what}: {example}, for example.");

    private static int Whole(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
        ? value : throw Unreadable("a whole number", "8");

    private static long Long(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
        ? value : throw Unreadable("a whole number or none", "100");

    private static ulong Seed(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
        ? value : throw Unreadable($"a whole number from 0 to {ulong.MaxValue}", "1");

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value : throw Unreadable("a number", "0.5");

    private static bool Flag(string text) => bool.TryParse(text, out bool value) ? value : throw Unreadable("true or false", "true");

    private static World ReadWorld(string text) => ReadName<World>("world", text);

    private static CollectiveCosting ReadCosting(string text) => ReadName<CollectiveCosting>("way to reckon collectives", text);

    private static T ReadName<T>(string what, string text) where T : struct, Enum
    {
        string[] names = [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];
        int found = Array.IndexOf(names, text);
        return found >= 0
            ? Enum.GetValues<T>()[found]
            : throw new InvalidRequestException($"There is no {what} '{text}'.{NearestName.Suggest(text, names)}");
    }

    private static FormatException Unreadable(string wanted, string example) =>
        new($"is not {wanted}. Write {example}, for example.");
}
