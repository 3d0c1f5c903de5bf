namespace Rubato.Training;

/// <summary>The result of a run, with everything needed to repeat it. Written as <c>report.json</c> with keys in snake case.</summary>
public sealed record RunReport
{
    /// <summary>The resolved job, which repeats the run: where this went on in its own folder, the job does not, but begins where the run began.</summary>
    public required TrainingJob Job { get; init; }

    /// <summary>Servers the strategy used.</summary>
    public required int Servers { get; init; }

    /// <summary>Global steps: applied samples / (workers × batch size), rounded down; for synchronous strategies the steps taken.</summary>
    public required long Steps { get; init; }

    /// <summary>Where the samples went.</summary>
    public required SampleAccount Samples { get; init; }

    /// <summary>Epochs of applied samples.</summary>
    public required double Epochs { get; init; }

    /// <summary>The cluster's clock, evaluation excluded.</summary>
    public required double TrainSeconds { get; init; }

    /// <summary>From the start of the run to its end, start-up and evaluation included.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>The mean loss of the last mini-batches.</summary>
    public required double? TrainLoss { get; init; }

    /// <summary>The final model's mean loss on the test part.</summary>
    public required double? TestLoss { get; init; }

    /// <summary>The final model's accuracy on the test part; null for a regression.</summary>
    public required double? TestAccuracy { get; init; }

    /// <summary>Cluster seconds at the evaluation that reached the target accuracy; null where there was no target or it was not reached.</summary>
    public required double? SecondsToTarget { get; init; }

    /// <summary>Payload bytes sent by then.</summary>
    public required long? BytesToTarget { get; init; }

    /// <summary>Payload bytes of training traffic sent by all ranks.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Messages of training traffic sent by all ranks.</summary>
    public required long MessagesSent { get; init; }

    /// <summary>The staleness of applied gradients.</summary>
    public required StalenessSummary Staleness { get; init; }

    /// <summary>The share of all workers' train time spent neither computing nor being evaluated.</summary>
    public required double WaitFraction { get; init; }

    /// <summary>
    /// Steps that a worker took between two synchronizations of its replica, the mean over the workers; null where the strategy does not count them.
    /// </summary>
    public double? SyncGap => Workers.Any(worker => worker.Synchronizations > 0)
        ? Workers.Where(worker => worker.Synchronizations > 0).Average(worker => (double)worker.Steps / worker.Synchronizations) : null;

    /// <summary>SHA-256 of the final model's parameters as little-endian floats.</summary>
    public required string ParametersSha256 { get; init; }

    /// <summary>In the simulated world, a hash of what happened when: equal in two runs only if the same happened at the same times in the same order; else null.</summary>
    public string? TraceHash { get; init; }

    /// <summary>Events of the simulated world, null elsewhere.</summary>
    public long? SimulatedEvents { get; init; }

    /// <summary>
    /// The step of the checkpoint that the run last went on from, null where it went through in one piece. Figures count from the first start on, but
    /// <see cref="WallSeconds"/>, <see cref="TraceHash"/>, <see cref="SimulatedEvents"/>, <see cref="Evaluations"/>, <see cref="Decisions"/>,
    /// <see cref="Losses"/> and the trace only from there.
    /// </summary>
    public long? ResumedAtStep { get; init; }

    /// <summary>What each worker did.</summary>
    public required IReadOnlyList<WorkerReport> Workers { get; init; }

    /// <summary>
    /// The workers that stand out by having made others wait, the worst first: each caused waiting of at least a twentieth of all workers' time, and
    /// one and a half times as much as workers did on average. Empty where waiting was nobody's in particular.
    /// </summary>
    public IEnumerable<WorkerReport> MadeOthersWait
    {
        get
        {
            double time = Workers.Sum(worker => worker.ComputeSeconds + worker.WaitSeconds), caused = Workers.Sum(worker => worker.CausedWaitSeconds);
            double least = Math.Max(time / 20, 1.5 * caused / Math.Max(Workers.Count, 1));
            return Workers.Where(worker => worker.CausedWaitSeconds >= least && least > 0).OrderByDescending(worker => worker.CausedWaitSeconds);
        }
    }

    /// <summary>Test accuracy over time.</summary>
    public required IReadOnlyList<EvaluationPoint> Evaluations { get; init; }

    /// <summary>What the strategy decided on the way, with the cluster's clock and the figures behind it.</summary>
    public IReadOnlyList<string> Decisions { get; init; } = [];

    /// <summary>In the simulated world, the job's faults that never came because the run, or the rank, had ended before.</summary>
    public IReadOnlyList<string> MissedFaults { get; init; } = [];

    /// <summary>Ranks that were lost on the way, with the reason.</summary>
    public required IReadOnlyList<string> Losses { get; init; }
}
