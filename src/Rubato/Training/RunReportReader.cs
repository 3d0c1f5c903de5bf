using System.Text.Json;

namespace Rubato.Training;

/// <summary>Reads reports; the mirror image of <see cref="RunReportWriter"/>. What is not there is named in a <see cref="FormatException"/>. Flat fields that repeat the job are read from the job.</summary>
internal static class RunReportReader
{
    public static RunReport Read(JsonElement json)
    {
        JsonElement staleness = Property(json, "staleness"), samples = Property(json, "sample_account"), toTarget = Property(json, "bytes_to_target");
        return new RunReport
        {
            Job = ReadJob(Property(json, "job")),
            Servers = Property(json, "servers").GetInt32(),
            Steps = Whole(json, "steps"),
            Samples = new SampleAccount(Whole(samples, "computed"), Whole(samples, "applied"), Whole(samples, "dropped"), Whole(samples, "lost")),
            Epochs = Number(json, "epochs"),
            TrainSeconds = Number(json, "train_seconds"),
            WallSeconds = Number(json, "wall_seconds"),
            TrainLoss = OptionalNumber(json, "train_loss"),
            TestLoss = OptionalNumber(json, "test_loss"),
            TestAccuracy = OptionalNumber(json, "test_accuracy"),
            SecondsToTarget = OptionalNumber(json, "seconds_to_target"),
            BytesToTarget = toTarget.ValueKind == JsonValueKind.Null ? null : toTarget.GetInt64(),
            BytesSent = Whole(json, "bytes_sent"),
            MessagesSent = Whole(json, "messages_sent"),
            Staleness = new StalenessSummary(
                Number(staleness, "mean"), Property(staleness, "max").GetInt32(), Number(staleness, "p95"),
                [.. Property(staleness, "histogram").EnumerateArray().Select(count => count.GetInt64())]),
            WaitFraction = Number(json, "wait_fraction"),
            ParametersSha256 = Property(json, "parameters_sha256").GetString() ?? "",
            TraceHash = json.TryGetProperty("trace_hash", out JsonElement trace) ? trace.GetString() : null,
            SimulatedEvents = json.TryGetProperty("simulated_events", out JsonElement events) && events.ValueKind == JsonValueKind.Number ? events.GetInt64() : null,
            ResumedAtStep = json.TryGetProperty("resumed_at_step", out JsonElement step) && step.ValueKind == JsonValueKind.Number ? step.GetInt64() : null,
            Workers = [.. Property(json, "worker_reports").EnumerateArray().Select(ReadWorker)],
            Evaluations = [.. Property(json, "evaluations").EnumerateArray().Select(ReadPoint)],
            Decisions = json.TryGetProperty("decisions", out JsonElement decisions) ? Texts(decisions) : [],
            MissedFaults = json.TryGetProperty("missed_faults", out JsonElement missed) ? Texts(missed) : [],
            Losses = Texts(Property(json, "losses")),
        };
    }

    public static EvaluationPoint ReadPoint(JsonElement json) => new(
        Number(json, "epoch"), Number(json, "seconds"), Whole(json, "bytes_sent"),
        OptionalNumber(json, "train_loss"), Number(json, "test_loss"), OptionalNumber(json, "test_accuracy"));

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(one => one.GetString() ?? "")];

    private static WorkerReport ReadWorker(JsonElement json) => new(
        Property(json, "rank").GetInt32(), Whole(json, "steps"), Whole(json, "samples"),
        Number(json, "compute_seconds"), Number(json, "wait_seconds"), Whole(json, "bytes_sent"), Number(json, "caused_wait_seconds"),
        Whole(json, "synchronizations"));

    private static TrainingJob ReadJob(JsonElement json)
    {
        var job = new TrainingJob();
        foreach (JsonProperty property in json.EnumerateObject())
        {
            JobKey key = JobFile.Find(property.Name);
            if (key.IsOptional) job = key.Clear(job);
            switch (property.Value.ValueKind)
            {
                case JsonValueKind.Null:
                    break;
                case JsonValueKind.Array:
                    foreach (JsonElement item in property.Value.EnumerateArray()) job = key.Set(job, item.GetString() ?? "");
                    break;
                default:
                    job = key.Set(job, property.Value.ToString());
                    break;
            }
        }
        return job;
    }

    private static JsonElement Property(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new FormatException($"It is no JSON object where '{name}' was due.");
        return json.TryGetProperty(name, out JsonElement value) ? value : throw new FormatException($"It has no '{name}'.");
    }

    private static long Whole(JsonElement json, string name) => Property(json, name).GetInt64();

    // Null where the number had no JSON form.
    private static double Number(JsonElement json, string name) => OptionalNumber(json, name) ?? double.NaN;

    private static double? OptionalNumber(JsonElement json, string name)
    {
        JsonElement value = Property(json, name);
        return value.ValueKind == JsonValueKind.Null ? null : value.GetDouble();
    }
}
