using System.Text.Json;

namespace Rubato.Training;

/// <summary>Writes reports; <see cref="RunReportReader"/> is its mirror image.</summary>
internal static class RunReportWriter
{
    public static void Write(Utf8JsonWriter json, RunReport report)
    {
        TrainingJob job = report.Job;
        json.WriteStartObject();
        json.WriteString("strategy", job.Strategy.ToString());
        json.WriteString("compressor", job.Compressor.ToString());
        json.WriteNumber("workers", job.Workers);
        json.WriteNumber("servers", report.Servers);
        json.WriteString("on", job.On.ToString().ToLowerInvariant());
        json.WriteString("dataset", job.Dataset);
        json.WriteString("model", job.Model.ToString());
        json.WriteNumber("seed", job.Seed);
        json.WriteNumber("steps", report.Steps);
        json.WriteNumber("samples", report.Samples.Applied);
        Number(json, "epochs", report.Epochs);
        Number(json, "train_seconds", report.TrainSeconds);
        Number(json, "wall_seconds", report.WallSeconds);
        Number(json, "train_loss", report.TrainLoss);
        Number(json, "test_loss", report.TestLoss);
        Number(json, "test_accuracy", report.TestAccuracy);
        Number(json, "target_accuracy", job.TargetAccuracy);
        Number(json, "seconds_to_target", report.SecondsToTarget);
        if (report.BytesToTarget is { } bytes) json.WriteNumber("bytes_to_target", bytes);
        else json.WriteNull("bytes_to_target");
        json.WriteNumber("bytes_sent", report.BytesSent);
        json.WriteNumber("messages_sent", report.MessagesSent);
        json.WriteStartObject("staleness");
        Number(json, "mean", report.Staleness.Mean);
        json.WriteNumber("max", report.Staleness.Max);
        Number(json, "p95", report.Staleness.P95);
        List(json, "histogram", report.Staleness.Histogram, json.WriteNumberValue);
        json.WriteEndObject();
        Number(json, "wait_fraction", report.WaitFraction);
        Number(json, "sync_gap", report.SyncGap);
        json.WriteString("parameters_sha256", report.ParametersSha256);
        json.WriteString("trace_hash", report.TraceHash);
        if (report.SimulatedEvents is { } events) json.WriteNumber("simulated_events", events);
        else json.WriteNull("simulated_events");
        if (report.ResumedAtStep is { } step) json.WriteNumber("resumed_at_step", step);
        else json.WriteNull("resumed_at_step");

        json.WriteStartObject("sample_account");
        json.WriteNumber("computed", report.Samples.Computed);
        json.WriteNumber("applied", report.Samples.Applied);
        json.WriteNumber("dropped", report.Samples.Dropped);
        json.WriteNumber("lost", report.Samples.Lost);
        json.WriteEndObject();
        List(json, "worker_reports", report.Workers, worker => Write(json, worker));
        List(json, "evaluations", report.Evaluations, point => Write(json, point));
        List(json, "decisions", report.Decisions, json.WriteStringValue);
        List(json, "missed_faults", report.MissedFaults, json.WriteStringValue);
        List(json, "losses", report.Losses, json.WriteStringValue);
        Write(json, job);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, EvaluationPoint point)
    {
        json.WriteStartObject();
        Number(json, "epoch", point.Epoch);
        Number(json, "seconds", point.Seconds);
        json.WriteNumber("bytes_sent", point.BytesSent);
        Number(json, "train_loss", point.TrainLoss);
        Number(json, "test_loss", point.TestLoss);
        Number(json, "test_accuracy", point.TestAccuracy);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, WorkerReport worker)
    {
        json.WriteStartObject();
        json.WriteNumber("rank", worker.Rank);
        json.WriteNumber("steps", worker.Steps);
        json.WriteNumber("samples", worker.Samples);
        Number(json, "compute_seconds", worker.ComputeSeconds);
        Number(json, "wait_seconds", worker.WaitSeconds);
        json.WriteNumber("bytes_sent", worker.BytesSent);
        Number(json, "caused_wait_seconds", worker.CausedWaitSeconds);
        json.WriteNumber("synchronizations", worker.Synchronizations);
        json.WriteEndObject();
    }

    // The keys of the job file, so that the run can be repeated from its report.
    private static void Write(Utf8JsonWriter json, TrainingJob job)
    {
        json.WriteStartObject("job");
        foreach (JobKey key in JobFile.Keys)
        {
            string[] values = [.. key.Write(job)];
            if (key.IsRepeatable) List(json, key.Name, values, json.WriteStringValue);
            else if (values.Length == 0) json.WriteNull(key.Name);
            else if (key.IsLiteral)
            {
                json.WritePropertyName(key.Name);
                json.WriteRawValue(values[0]);
            }
            else json.WriteString(key.Name, values[0]);
        }
        json.WriteEndObject();
    }

    private static void List<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items) write(item);
        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}
