using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>The <c>checkpoints</c> folder of a run: one folder a checkpoint, and <c>latest</c>, a file with the name of the last whole one.</summary>
/// <remarks>
/// A checkpoint is written under a temporary name, flushed to disk and renamed; only then <c>latest</c> is replaced, and only then older ones
/// are deleted, all but the one before. Whatever fails on the way, <c>latest</c> names a whole checkpoint.
/// </remarks>
internal sealed class CheckpointStore(string folder, FileStore files)
{
    private const string ModelFile = "model.safetensors", StatesFile = "states.safetensors", Temporary = ".unfinished", Run = "run";

    private string LatestPath => Path.Combine(folder, "latest");

    /// <summary>Whether there is a checkpoint to go on from.</summary>
    public bool HasCheckpoint => File.Exists(LatestPath);

    /// <summary>Saves a checkpoint and makes it the last one.</summary>
    /// <exception cref="RunFailedException">It could not be written; the one before is still the last and whole.</exception>
    public void Save(Checkpoint checkpoint)
    {
        string temporary = Path.Combine(folder, Temporary);
        string? before = HasCheckpoint ? ReadLatest() : null;
        try
        {
            files.DeleteDirectory(temporary);
            files.CreateDirectory(temporary);
            WriteFile(Path.Combine(temporary, ModelFile), ModelTensors(checkpoint), [new("format", "rubato-checkpoint-1")]);
            WriteFile(Path.Combine(temporary, StatesFile), StateTensors(checkpoint),
                [new("format", "rubato-checkpoint-1"), new("states", string.Join(',', checkpoint.States.Keys.Order(StringComparer.Ordinal)))]);
            files.FlushDirectory(temporary);
            string name = FreeName(checkpoint.Step);
            files.MoveDirectory(temporary, Path.Combine(folder, name));
            files.Replace(LatestPath, output => output.Write(System.Text.Encoding.UTF8.GetBytes(name + "\n")));
            files.FlushDirectory(folder);
            foreach (string old in Directory.EnumerateDirectories(folder))
            {
                if (Path.GetFileName(old) != name && Path.GetFileName(old) != before) files.DeleteDirectory(old);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            bool removed = TryDelete(temporary);
            throw new RunFailedException(
                $"The checkpoint of step {checkpoint.Step} could not be written to '{folder}': {failure.Message.TrimEnd('.', ' ')}. "
                + (before is null ? "There is none before it." : $"The one before it, '{before}', is whole.")
                + (removed ? "" : $" What was written of it could not be removed: delete '{temporary}'.")
                + " Make room or choose another --output"
                + (before is null ? "." : $", then go on with --resume {Path.GetDirectoryName(folder)}."), failure);
        }
    }

    /// <summary>Reads the last checkpoint.</summary>
    /// <exception cref="InvalidRequestException">There is none, or it is damaged: the message names file and offset, and an older whole one.</exception>
    public Checkpoint LoadLast()
    {
        if (!HasCheckpoint)
            throw new InvalidRequestException($"There is no checkpoint in '{folder}'. Name a run directory that holds one, or start afresh without --resume.");
        string name = ReadLatest();
        try
        {
            return Load(name);
        }
        catch (Exception damage) when (damage is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            string? older = Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path))
                .Where(other => other != name && other != Temporary).Order(StringComparer.Ordinal).LastOrDefault(IsWhole);
            throw new InvalidRequestException(
                $"The last checkpoint cannot be read: {damage.Message} "
                + (older is null
                    ? "There is no other whole checkpoint beside it: start afresh without --resume."
                    : $"The checkpoint '{older}' is whole: write {older} into '{LatestPath}' to go on from there."), damage);
        }
    }

    /// <summary>Reads one of the checkpoints that are still there.</summary>
    /// <exception cref="InvalidRequestException">It is not there any more, or it is damaged.</exception>
    public Checkpoint LoadNamed(string name)
    {
        string run = Path.GetDirectoryName(folder) is { Length: > 0 } parent ? parent : ".";
        if (!Directory.Exists(Path.Combine(folder, name)))
        {
            throw new InvalidRequestException(
                $"The checkpoint '{name}' is not in '{folder}' any more{(HasCheckpoint ? $", whose last one is '{ReadLatest()}'" : "")}: a run keeps its last two. "
                + $"What went on from it can be repeated when the run in '{run}' has been repeated up to there; to go on from its last one, use --resume {run}.");
        }
        try
        {
            return Load(name);
        }
        catch (Exception damage) when (damage is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidRequestException($"The checkpoint '{name}' cannot be read: {damage.Message} To go on from the last one, use --resume {run}.", damage);
        }
    }

    private Checkpoint Load(string name)
    {
        string path = Path.Combine(folder, name, StatesFile);
        SafeTensorsFile model = SafeTensorsFile.Read(Path.Combine(folder, name, ModelFile)), states = SafeTensorsFile.Read(path);
        if (!states.Metadata.TryGetValue("states", out string? list)) throw new InvalidDataException($"'{path}' does not list its states.");
        var fields = list.Split(',', StringSplitOptions.RemoveEmptyEntries).ToDictionary(state => state, _ => new List<StateField>(), StringComparer.Ordinal);
        var counters = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (SafeTensor tensor in states.Tensors)
        {
            int slash = tensor.Name.IndexOf('/', StringComparison.Ordinal);
            string owner = slash < 0 ? tensor.Name : tensor.Name[..slash], field = tensor.Name[(slash + 1)..];
            if (owner == Run && tensor.Counter is { } value) counters[field] = value;
            else if (!fields.TryGetValue(owner, out List<StateField>? own)) throw new InvalidDataException($"'{path}' has a tensor '{tensor.Name}', which belongs to none of its states.");
            else own.Add(new StateField(field, tensor.Counter is null ? tensor.Floats.ToArray() : null, tensor.Counter ?? 0));
        }
        long Counter(string counter) => counters.TryGetValue(counter, out long value)
            ? value
            : throw new InvalidDataException($"'{path}' lacks '{Run}/{counter}'.");
        return new Checkpoint
        {
            Folder = Path.Combine(folder, name),
            Step = Counter("step"),
            SamplesApplied = Counter("samples-applied"),
            NextBatch = Counter("next-batch"),
            ClusterSeconds = BitConverter.Int64BitsToDouble(Counter("cluster-seconds-bits")),
            Model = [.. model.Tensors.SelectMany(tensor => tensor.Floats.ToArray())],
            States = fields.ToDictionary(state => state.Key, state => new StateSnapshot(state.Value), StringComparer.Ordinal),
        };
    }

    private bool IsWhole(string name)
    {
        try
        {
            Load(name);
            return true;
        }
        catch (Exception damage) when (damage is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool TryDelete(string path)
    {
        try
        {
            files.DeleteDirectory(path);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string ReadLatest()
    {
        string name = File.ReadAllText(LatestPath).Trim();
        return name.Length > 0 && Path.GetFileName(name) == name && name is not ("." or "..")
            ? name
            : throw new InvalidRequestException($"'{LatestPath}' holds '{name}', which is no checkpoint's name. Write the name of a folder beside it.");
    }

    // A run that was resumed may come by the same step again: the checkpoint that is there stays until the new one is the last.
    private string FreeName(long step)
    {
        string name = $"step-{step:D9}";
        for (int again = 1; Directory.Exists(Path.Combine(folder, name)); again++) name = $"step-{step:D9}.{again}";
        return name;
    }

    private static IReadOnlyList<SafeTensor> ModelTensors(Checkpoint checkpoint) => checkpoint.Layout is { } layout
        ? [.. layout.Blocks.Select(block => SafeTensor.Of(block.Name, checkpoint.Model.AsMemory(block.Offset, block.Length), block.Shape))]
        : [SafeTensor.Of("parameters", checkpoint.Model)];

    private static IReadOnlyList<SafeTensor> StateTensors(Checkpoint checkpoint) =>
    [
        SafeTensor.Of($"{Run}/step", checkpoint.Step),
        SafeTensor.Of($"{Run}/samples-applied", checkpoint.SamplesApplied),
        SafeTensor.Of($"{Run}/next-batch", checkpoint.NextBatch),
        SafeTensor.Of($"{Run}/cluster-seconds-bits", BitConverter.DoubleToInt64Bits(checkpoint.ClusterSeconds)),
        .. checkpoint.States.OrderBy(state => state.Key, StringComparer.Ordinal).SelectMany(state => state.Value.Fields.Select(field =>
            field.Vector is { } vector ? SafeTensor.Of($"{state.Key}/{field.Name}", vector) : SafeTensor.Of($"{state.Key}/{field.Name}", field.Counter))),
    ];

    private void WriteFile(string path, IReadOnlyList<SafeTensor> tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        using Stream output = files.Create(path);
        SafeTensorsFile.Write(output, tensors, metadata);
        files.FlushToDisk(output);
    }
}
