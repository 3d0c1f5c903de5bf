using System.Text;
using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>The folder that a run leaves behind: <c>job.yaml</c>, <c>report.json</c>, <c>metrics.jsonl</c>, <c>trace.json</c>, <c>timeline.svg</c>, <c>checkpoints/</c>.</summary>
/// <remarks>Whole files are written under a temporary name, flushed and renamed. Not safe for concurrent use.</remarks>
public sealed class RunDirectory
{
    private const string JobName = "job.yaml", ReportName = "report.json", MetricsName = "metrics.jsonl", TraceName = "trace.json", TimelineName = "timeline.svg";
    private const string CheckpointsName = "checkpoints";
    private readonly FileStore _files;
    private readonly CheckpointStore _checkpoints;
    private readonly string? _checkpoint;  // the one it was opened at; null for the last

    private RunDirectory(string path, FileStore files, string? checkpoint = null)
    {
        Path = path;
        _files = files;
        _checkpoint = checkpoint;
        _checkpoints = new CheckpointStore(In(CheckpointsName), files);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Whether it holds a checkpoint to go on from.</summary>
    public bool HasCheckpoint => _checkpoints.HasCheckpoint;

    /// <summary>Makes the folder for a new run, with those above it.</summary>
    /// <exception cref="InvalidRequestException">It already holds a finished run or a run's checkpoint, or it cannot be made.</exception>
    public static RunDirectory Create(string path) => Create(path, FileStore.Disk);

    /// <summary>Makes a folder for output of any kind, with those above it.</summary>
    /// <exception cref="InvalidRequestException">It cannot be made.</exception>
    public static void MakeFolder(string path) => MakeFolder(path, FileStore.Disk, () => { });

    /// <summary>Opens the folder of a run that is there, to read it or to go on in it; also by the folder of one of its checkpoints.</summary>
    /// <exception cref="InvalidRequestException">There is no run in it.</exception>
    public static RunDirectory Open(string path) => Open(path, FileStore.Disk);

    /// <summary>Whether a folder holds a finished run or a run's checkpoint, so that no new run starts in it.</summary>
    public static bool HoldsRun(string path)
    {
        var directory = new RunDirectory(path, FileStore.Disk);
        return File.Exists(directory.In(ReportName)) || directory.HasCheckpoint;
    }

    internal static RunDirectory Create(string path, FileStore files)
    {
        var directory = new RunDirectory(path, files);
        if (File.Exists(directory.In(ReportName)))
            throw new InvalidRequestException($"'{path}' already holds a finished run ({ReportName}). Choose another --output, or go on from its end with --resume {path} and a larger budget.");
        if (directory.HasCheckpoint)
            throw new InvalidRequestException($"'{path}' already holds a run's checkpoint. Go on from it with --resume {path}, or choose another --output.");
        MakeFolder(path, files, () =>
        {
            foreach (string name in (string[])[JobName, MetricsName, TraceName, TimelineName]) files.DeleteFile(directory.In(name));
        });
        return directory;
    }

    internal static RunDirectory Open(string path, FileStore files)
    {
        var directory = new RunDirectory(path, files);
        if (File.Exists(directory.In(JobName))) return directory;
        string folder = System.IO.Path.TrimEndingDirectorySeparator(path);
        if (System.IO.Path.GetDirectoryName(folder) is { } parent && System.IO.Path.GetFileName(parent) == CheckpointsName)
        {
            string run = System.IO.Path.GetDirectoryName(parent) is { Length: > 0 } above ? above : ".";
            directory = new RunDirectory(run, files, System.IO.Path.GetFileName(folder));
            if (File.Exists(directory.In(JobName))) return directory;
        }
        throw new InvalidRequestException($"'{path}' is no run directory: it has no {JobName}. Name the --output folder of an earlier run.");
    }

    /// <summary>Writes <c>job.yaml</c>.</summary>
    /// <exception cref="RunFailedException">The disk refuses.</exception>
    public void WriteJob(TrainingJob job) => Replace(JobName, output => output.Write(Encoding.UTF8.GetBytes(JobFile.ToYaml(job))));

    /// <summary>Reads <c>job.yaml</c>.</summary>
    public TrainingJob ReadJob() => JobFile.ReadAsWritten(In(JobName));

    /// <summary>Writes <c>report.json</c>.</summary>
    /// <exception cref="RunFailedException">The disk refuses.</exception>
    public void WriteReport(RunReport report) =>
        Replace(ReportName, output => output.Write(Encoding.UTF8.GetBytes(RunReportJson.ToJson(report, indented: true) + "\n")));

    /// <summary>Reads <c>report.json</c>.</summary>
    /// <exception cref="InvalidRequestException">There is none, or it is damaged.</exception>
    public RunReport ReadReport() => RunReportJson.ReadFile(In(ReportName));

    /// <summary>The report of the run that a checkpoint ended; null where that run's has not been written.</summary>
    /// <exception cref="InvalidRequestException">It is damaged.</exception>
    internal RunReport? ReportOf(Checkpoint checkpoint) =>
        File.Exists(In(ReportName)) && ReadReport() is { } report && report.Samples.Applied >= checkpoint.SamplesApplied ? report : null;

    /// <summary>Adds one line to <c>metrics.jsonl</c>; it can be read by others at once.</summary>
    /// <exception cref="RunFailedException">The disk refuses.</exception>
    public void AppendMetrics(EvaluationPoint point) => Guard(MetricsName, () =>
    {
        using Stream output = _files.Append(In(MetricsName));
        output.Write(Encoding.UTF8.GetBytes(RunReportJson.ToJson(point) + "\n"));
        output.Flush();
    });

    /// <summary>Makes the folder that of a run which goes on from a checkpoint: writes the job, and takes away what is to happen again.</summary>
    /// <param name="job">The job.</param>
    /// <param name="resume">The checkpoint.</param>
    /// <param name="isOver">Whether it is the run's last, so that its own evaluation is to happen again too.</param>
    /// <exception cref="RunFailedException">The disk refuses.</exception>
    internal void GoOn(TrainingJob job, Checkpoint resume, bool isOver)
    {
        CutMetrics(isOver ? double.BitDecrement(resume.ClusterSeconds) : resume.ClusterSeconds);
        WriteJob(job);
    }

    // Takes away the lines that are later than a time of the cluster's clock.
    private void CutMetrics(double afterSeconds)
    {
        if (!File.Exists(In(MetricsName))) return;
        string[] kept = [.. File.ReadLines(In(MetricsName)).Where(line => RunReportJson.ReadPoint(line, In(MetricsName)).Seconds <= afterSeconds)];
        Replace(MetricsName, output => output.Write(Encoding.UTF8.GetBytes(string.Concat(kept.Select(line => line + "\n")))));
    }

    /// <summary>Writes <c>trace.json</c>.</summary>
    /// <param name="spans">What endpoints did.</param>
    /// <param name="names">The endpoints' names by number, for example <c>worker 0</c>.</param>
    /// <exception cref="RunFailedException">The disk refuses.</exception>
    public void WriteTrace(IReadOnlyCollection<TraceSpan> spans, IReadOnlyList<string> names) =>
        Replace(TraceName, output => ChromeTrace.Write(output, spans, names));

    /// <summary>Writes <c>timeline.svg</c>.</summary>
    /// <param name="svg">The picture.</param>
    /// <exception cref="RunFailedException">The disk refuses.</exception>
    public void WriteTimeline(string svg) => Replace(TimelineName, output => output.Write(Encoding.UTF8.GetBytes(svg)));

    /// <summary>Saves a checkpoint and makes it the last; the one before stays beside it, older ones are deleted.</summary>
    /// <exception cref="RunFailedException">The disk refuses; the checkpoint before is still the last and whole.</exception>
    public void SaveCheckpoint(Checkpoint checkpoint) => _checkpoints.Save(checkpoint);

    /// <summary>Reads the last checkpoint.</summary>
    /// <exception cref="InvalidRequestException">There is none, or it is damaged: the message names file, offset, and an older one that is whole.</exception>
    public Checkpoint LoadLastCheckpoint() => _checkpoints.LoadLast();

    /// <summary>Reads the checkpoint that the folder was opened at, or else the last.</summary>
    /// <exception cref="InvalidRequestException">It is not there, or it is damaged.</exception>
    internal Checkpoint LoadCheckpoint() => _checkpoint is null ? _checkpoints.LoadLast() : _checkpoints.LoadNamed(_checkpoint);

    /// <summary>Whether a checkpoint was read from this folder.</summary>
    internal bool Holds(Checkpoint checkpoint) =>
        checkpoint.Folder is { } folder && System.IO.Path.GetDirectoryName(folder) is { } parent && AreSame(parent, In(CheckpointsName));

    /// <summary>Whether two paths name the same folder.</summary>
    internal static bool AreSame(string path, string other) => Full(path) == Full(other);

    private static string Full(string path) => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    private static void MakeFolder(string path, FileStore files, Action clear)
    {
        try
        {
            files.CreateDirectory(path);
            clear();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A file system without folders of one's own (/proc) speaks of a file that is not there.
            string reason = failure is FileNotFoundException or DirectoryNotFoundException ? "no folder can be made there" : failure.Message.TrimEnd('.', ' ');
            throw new InvalidRequestException($"The output folder '{path}' cannot be used: {reason}. Choose another --output.", failure);
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private void Replace(string name, Action<Stream> write) => Guard(name, () => _files.Replace(In(name), write));

    private void Guard(string name, Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RunFailedException(
                $"'{In(name)}' could not be written: {failure.Message.TrimEnd('.', ' ')}. Make room or choose another --output"
                + (HasCheckpoint ? $"; the last checkpoint is whole, go on from it with --resume {Path}." : "."), failure);
        }
    }
}
