namespace Rubato.Training;

/// <summary>How far a run is; reported a few times a second.</summary>
/// <param name="Phase">What is going on, in a few words: <c>starting 8 workers</c>, <c>training</c>.</param>
/// <param name="SamplesApplied">Samples applied so far.</param>
/// <param name="SampleBudget">Samples to apply, null when only time or accuracy ends the run.</param>
/// <param name="ClusterSeconds">The cluster's clock.</param>
/// <param name="TrainLoss">Mean loss of recent mini-batches.</param>
/// <param name="LastEvaluation">The last evaluation.</param>
/// <param name="StepsByWorker">Steps taken, by worker.</param>
/// <param name="Lost">Workers lost so far.</param>
public sealed record RunProgress(
    string Phase, long SamplesApplied, long? SampleBudget, double ClusterSeconds, double? TrainLoss,
    EvaluationPoint? LastEvaluation, IReadOnlyList<long> StepsByWorker, IReadOnlyList<int> Lost);
