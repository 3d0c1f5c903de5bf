using Rubato.Configuration;
using Rubato.Simulation;

namespace Rubato.Training;

/// <summary>Everything that determines a run. A job file and command-line flags are two spellings of this record.</summary>
/// <remarks>Properties are in the order of the job file; keys are their names in kebab case. A new record is the default job.</remarks>
public sealed record TrainingJob
{
    /// <summary>Workers; servers come on top and are chosen by the strategy. 1 to 65,536.</summary>
    public int Workers
    {
        get;
        init => field = value is >= 1 and <= 65_536 ? value : throw new ArgumentOutOfRangeException(nameof(Workers), value,
            $"The job asks for {value} workers, but 1 to 65536 are possible. Use --workers 8, for example.");
    } = 8;

    /// <summary>The world it runs in.</summary>
    public World On { get; init; } = World.Processes;

    /// <summary>The synchronization strategy, a name of <c>StrategyCatalog</c> with options; full synchrony unless another is chosen.</summary>
    public Specification Strategy { get; init; } = new("all-reduce");

    /// <summary>The gradient compressor, <c>none</c> for full vectors.</summary>
    public Specification Compressor { get; init; } = new("none");

    /// <summary>A data set of the catalogue, or the path of a file.</summary>
    public string Dataset { get; init; } = "digits";

    /// <summary>The folder that data files are read from, null for the cache folder.</summary>
    public string? DataDir { get; init; }

    /// <summary>How samples are dealt out: <c>iid</c>, <c>skew:FRACTION</c>, <c>dirichlet:ALPHA</c>, <c>shards:COUNT</c>, <c>mixture:OWN</c>.</summary>
    public string Partition { get; init; } = "iid";

    /// <summary>The model, a name of <c>ModelCatalog</c> with options.</summary>
    public Specification Model { get; init; } = new("mlp");

    /// <summary>The optimizer, a name of <c>OptimizerCatalog</c> with options.</summary>
    public Specification Optimizer { get; init; } = new("sgd");

    /// <summary>The learning-rate schedule, a name of <c>ScheduleCatalog</c> with options.</summary>
    public Specification Schedule { get; init; } = new("constant");

    /// <summary>Samples in a worker's mini-batch; at least 1.</summary>
    public int BatchSize
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(BatchSize), value,
            $"The batch size is {value}, but the smallest is 1. Use --batch-size 16, for example.");
    } = 16;

    /// <summary>Budget in epochs of applied samples; above 0. The first budget that is used up ends the run.</summary>
    public double? Epochs
    {
        get;
        init => field = value is null or > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Epochs), value,
            $"The budget is {value} epochs, but it must be above 0. Use --epochs 10, for example.");
    }

    /// <summary>Budget in steps: global updates of N mini-batches' worth of samples (applied samples / (workers × batch size)); at least 1.</summary>
    public long? Steps
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Steps), value,
            $"The budget is {value} steps, but the smallest is 1. Use --steps 100, for example.");
    }

    /// <summary>Ends the run at the first evaluation that reaches this test accuracy, from 0 to 1.</summary>
    public double? TargetAccuracy
    {
        get;
        init => field = value is null or (> 0 and <= 1) ? value : throw new ArgumentOutOfRangeException(nameof(TargetAccuracy), value,
            $"The target accuracy is {value}, but it must be above 0 and at most 1. Use --target-accuracy 0.95 for 95 %.");
    }

    /// <summary>Budget in seconds of the cluster's clock; above 0.</summary>
    public double? MaxSeconds
    {
        get;
        init => field = value is null or > 0 ? value : throw new ArgumentOutOfRangeException(nameof(MaxSeconds), value,
            $"The budget is {value} seconds, but it must be above 0. Use --max-seconds 60, for example.");
    }

    /// <summary>Epochs between two evaluations; above 0.</summary>
    public double EvaluateEvery
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(EvaluateEvery), value,
            $"The model is evaluated every {value} epochs, but that must be above 0. Use --evaluate-every 1 for once an epoch.");
    } = 1;

    /// <summary>Epochs between two checkpoints (with an output folder); null for one at the end only.</summary>
    public double? CheckpointEvery
    {
        get;
        init => field = value is null or > 0 ? value : throw new ArgumentOutOfRangeException(nameof(CheckpointEvery), value,
            $"A checkpoint is due every {value} epochs, but that must be above 0. Use --checkpoint-every 1 for once an epoch.");
    }

    /// <summary>
    /// The time of a step in the simulated world, and the least time of one in the real worlds, where it stands in for an accelerator; there, zero
    /// is as fast as the processor is.
    /// </summary>
    public ComputeTime ComputeTime { get; init; } = ComputeTime.Unpaced;

    /// <summary>Who is slow, and by how much.</summary>
    public IReadOnlyList<Straggler> Stragglers { get; init; } = [];

    /// <summary>Workers in classes of speed, as many as <see cref="Workers"/>; null where all are equally fast.</summary>
    public SpeedClasses? Speeds { get; init; }

    /// <summary>The links' latency and bandwidth; null for those of the world as they are.</summary>
    public NetworkShape? Network { get; init; }

    /// <summary>What goes wrong in the simulated world, at times of its clock.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>How the simulated world reckons the time of collectives.</summary>
    public CollectiveCosting Collectives { get; init; }

    /// <summary>Every sum in a fixed rank order, so that synchronous jobs end with the same bits in every world.</summary>
    public bool Deterministic { get; init; } = true;

    /// <summary>The seed of every random draw.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The deadline of one communication operation, in seconds; above 0.</summary>
    public double TimeoutSeconds
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(TimeoutSeconds), value,
            $"The timeout is {value} seconds, but it must be above 0. Use --timeout-seconds 60, for example.");
    } = 60;

    /// <summary>Encrypts connections between processes (TLS with a certificate made for this job).</summary>
    public bool Tls { get; init; }

    /// <summary>The run directory, null for none.</summary>
    public string? Output { get; init; }

    /// <summary>A run directory whose last checkpoint this run goes on from, or the folder of one of its checkpoints; null to start afresh.</summary>
    public string? Resume { get; init; }
}
