using Rubato.Data;
using Rubato.Models;

namespace Rubato.Training;

/// <summary>Evaluates the model and saves checkpoints, on the conductor's accelerator, and keeps what came out.</summary>
internal sealed class RunExaminer(
    JobPlan plan, IAccelerator accelerator, RunAccount account, RunDirectory? directory, SpanRecorder spans,
    CancellationToken cancellation)
{
    // Fixed, so that the sum of the losses is one expression in every world.
    private const int SamplesAtOnce = 256;

    private readonly List<EvaluationPoint> _points = [];
    private readonly Batch _batch = new();

    /// <summary>The evaluations so far.</summary>
    public IReadOnlyList<EvaluationPoint> Points => _points;

    /// <summary>The model of the last evaluation.</summary>
    public float[]? Model { get; private set; }

    /// <summary>The first evaluation that reached the target accuracy; null while none did.</summary>
    public EvaluationPoint? AtTarget { get; private set; }

    /// <summary>Whether a checkpoint was saved.</summary>
    public bool HasCheckpoint { get; private set; }

    /// <summary>Evaluates the model on the test part.</summary>
    /// <param name="model">Shape [d].</param>
    /// <param name="applied">Samples applied in it.</param>
    /// <param name="elapsed">The cluster's clock when it was copied.</param>
    public async Task ExamineAsync(float[] model, long applied, TimeSpan elapsed)
    {
        ModelScore score = default;
        long bytes = account.BytesSent;
        double? trainLoss = account.TakeTrainLoss();
        TimeSpan start = spans.Now;
        await accelerator.RunAsync(() => score = Evaluate(model), cancellation);
        spans.Add(TracePhase.Evaluate, start, 0);
        if (!double.IsFinite(score.Loss))
        {
            throw new RunFailedException(
                $"The model's loss on the test part is {score.Loss} after {plan.EpochsOf(applied):0.##} epochs: the training diverged. "
                + $"Lower the learning rate, for example --optimizer {plan.Job.Optimizer.Name}:lr={plan.Optimizer.BaseLearningRate / 4}.");
        }
        var point = new EvaluationPoint(
            plan.EpochsOf(applied), elapsed.TotalSeconds, bytes, trainLoss ?? _points.LastOrDefault()?.TrainLoss, score.Loss,
            plan.Dataset.Classes > 0 ? score.Accuracy : null);
        Model = model;
        _points.Add(point);
        if (AtTarget is null && point.TestAccuracy >= plan.Job.TargetAccuracy) AtTarget = point;
        directory?.AppendMetrics(point);
    }

    /// <summary>Saves a checkpoint in the run's folder.</summary>
    public async Task SaveAsync(Checkpoint checkpoint)
    {
        if (directory is null) throw new InvalidOperationException("A run without a folder has nowhere to save a checkpoint.");
        await accelerator.RunAsync(() => directory.SaveCheckpoint(checkpoint), cancellation);
        HasCheckpoint = true;
    }

    private ModelScore Evaluate(float[] model)
    {
        SampleSet test = plan.Dataset.Test;
        int[] samples = [.. Enumerable.Range(0, test.Count)];
        ModelScore score = default;
        for (int start = 0; start < samples.Length; start += SamplesAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            test.Read(samples.AsSpan(start, Math.Min(SamplesAtOnce, samples.Length - start)), _batch);
            score += plan.Model.Evaluate(model, _batch);
        }
        return score;
    }
}
