using Rubato.Communication;
using Rubato.Compression;
using Rubato.Configuration;
using Rubato.Data;
using Rubato.Models;
using Rubato.Optimizers;
using Rubato.Simulation;
using Rubato.Strategies;

namespace Rubato.Training;

/// <summary>A validated job with everything it names made: what every endpoint of a run, in every world, starts from.</summary>
/// <remarks>
/// Two plans of the same job are equal in all that matters, so each process may build its own. Immutable, and safe to share between the
/// ranks of one process; what is not (the deal of samples, strategies, optimizers) is made anew for each rank.
/// </remarks>
public sealed class JobPlan
{
    private readonly Partition _partition;
    private readonly ExchangeFactory _exchange;
    private readonly StepTimeNoise _noise;
    private readonly (long Steps, int Workers)[] _shares;  // so many workers take so many of an update's steps

    private JobPlan(TrainingJob job, Dataset dataset, IModel model, Partition partition, int[] pools, StrategyDefinition strategy,
        ExchangeFactory exchange, OptimizerDefinition optimizer, LearningRateSchedule schedule, StepTimeNoise noise)
    {
        Job = job;
        Dataset = dataset;
        Model = model;
        _partition = partition;
        Strategy = strategy;
        _exchange = exchange;
        _noise = noise;
        Optimizer = optimizer;
        Schedule = schedule;
        Assignment = strategy.AssignmentFor(job.Workers);
        Servers = strategy.ServersFor(job.Workers);
        Table = model.Layout.Blocks is [{ IsTable: true, Shape: [int rows, int width] }, ..] ? new EmbeddingTable(rows, width) : default;
        LargestPool = pools.Max();
        _shares = [.. pools.GroupBy(pool => strategy.StepsPerUpdate(pool, job.BatchSize)).Select(group => (group.Key, group.Count()))];
        StepsPerUpdate = _shares.Max(share => share.Steps);
        SampleBudget = JobLimits.SampleBudgetOf(job, dataset);
        Steps = Assignment == BatchAssignment.ByStepAndRank && SampleBudget is { } samples ? StepsFor(samples) : null;
    }

    /// <summary>The job as it was asked for, its open budget filled in.</summary>
    public TrainingJob Job { get; }

    /// <summary>The data.</summary>
    public Dataset Dataset { get; }

    /// <summary>The model.</summary>
    public IModel Model { get; }

    /// <summary>The strategy.</summary>
    public StrategyDefinition Strategy { get; }

    /// <summary>The optimizer.</summary>
    public OptimizerDefinition Optimizer { get; }

    /// <summary>The learning-rate schedule.</summary>
    public LearningRateSchedule Schedule { get; }

    /// <summary>How mini-batches find their workers.</summary>
    public BatchAssignment Assignment { get; }

    /// <summary>The links of a simulated cluster.</summary>
    internal NetworkMap NetworkMap { get; private init; } = new(LinkShape.Free);

    /// <summary>How many times longer the steps of one thread of a worker take.</summary>
    internal StepFactors FactorsOf(int worker, int thread)
    {
        var random = Numerics.RandomStream.Create(Job.Seed, "straggler", worker);
        return new StepFactors(
            StepFactors.Of(Job.Stragglers, worker), _noise, Job.Speeds?.Of(worker) ?? 1, thread == 0 ? random : random.Split("thread", thread));
    }

    /// <summary>Whether workers have a state to go on from: all but those that fetch everything from servers.</summary>
    public bool WorkersHaveState => Assignment == BatchAssignment.ByStepAndRank || Strategy.WorkersHaveState;

    /// <summary>Threads of each worker that train its replica at once.</summary>
    public int ThreadsPerWorker => Strategy.ThreadsPerWorker;

    /// <summary>Workers: endpoints 0 to <c>Workers − 1</c>.</summary>
    public int Workers => Job.Workers;

    /// <summary>Servers: the endpoints after the workers.</summary>
    public int Servers { get; }

    /// <summary>The conductor: the last endpoint.</summary>
    public int Conductor => Workers + Servers;

    /// <summary>All endpoints.</summary>
    public int WorldSize => Conductor + 1;

    /// <summary>The most samples that any worker draws from.</summary>
    internal int LargestPool { get; }

    /// <summary>The embedding table at the start of the parameter vector; empty where the model does not begin with one.</summary>
    internal EmbeddingTable Table { get; }

    /// <summary>The first parameter that a worker's optimizer steps: what lies before it is a table that servers keep.</summary>
    internal int FirstOwnParameter => Strategy.KeepsTableOnServers ? Table.Length : 0;

    /// <summary>Steps of an update: those of the worker that takes the most.</summary>
    internal long StepsPerUpdate { get; }

    /// <summary>Applied samples that end the run, null when only time or accuracy does.</summary>
    public long? SampleBudget { get; }

    /// <summary>Steps that end a run by step and rank, null when it has no sample budget or deals on demand.</summary>
    public long? Steps { get; }

    /// <summary>The sample budget in epochs, null without one.</summary>
    public double? TotalEpochs => SampleBudget is { } samples ? EpochsOf(samples) : null;

    /// <summary>Validates a job and makes everything it names.</summary>
    /// <param name="job">The job.</param>
    /// <param name="dataset">Data of one's own in place of the job's <c>dataset</c>, which is then only its label.</param>
    /// <param name="model">A model of one's own in place of the job's <c>model</c>, which is then only its label.</param>
    /// <param name="strategy">A strategy of one's own in place of the job's <c>strategy</c>, which is then only its label.</param>
    /// <exception cref="InvalidRequestException">Something in the job cannot be: the message holds the value, the limit and the fix.</exception>
    public static JobPlan Build(TrainingJob job, Dataset? dataset = null, IModel? model = null, StrategyDefinition? strategy = null)
    {
        ArgumentNullException.ThrowIfNull(job);
        job = JobLimits.Check(job);
        // Cheap refusals first, files last.
        strategy ??= StrategyCatalog.All.Create(job.Strategy);
        strategy.Validate(job.Workers);
        JobLimits.CheckThreads(job, strategy);
        ExchangeFactory exchange = CompressorCatalog.All.Create(job.Compressor);
        OptimizerDefinition optimizer = OptimizerCatalog.All.Create(job.Optimizer);
        JobLimits.Check(job, strategy, optimizer);
        LearningRateSchedule schedule = ScheduleCatalog.All.Create(job.Schedule);
        Partition partition = Partition.Parse(job.Partition);
        StepTimeNoise noise = StepFactors.NoiseOf(job.ComputeTime);
        NetworkMap map = job.Network switch
        {
            null => new NetworkMap(LinkShape.Free),
            { File: { } file } => NetworkFile.Read(file, job.Workers),
            { Sites: { } sites } => NetworkFile.ParseAs("--network", sites, job.Workers),
            { } shape => new NetworkMap(new LinkShape(shape.Latency, shape.BitsPerSecond)),
        };
        JobLimits.Check(job, strategy, map);
        ModelFactory? factory = model is null ? ModelCatalog.All.Create(job.Model) : null;
        dataset ??= DatasetCatalog.Load(job.Dataset, job.DataDir);
        JobLimits.Check(job, dataset);
        JobLimits.Check(job, schedule, dataset);
        JobLimits.Check(job, strategy);
        SampleDeal deal = partition.Deal(dataset.Train, job.Workers, job.Seed);
        JobLimits.Check(job, strategy, deal);
        int[] pools = [.. Enumerable.Range(0, job.Workers).Select(deal.PoolSize)];
        model ??= factory!(dataset);
        JobLimits.Check(job, strategy, model.Layout);
        var plan = new JobPlan(job, dataset, model, partition, pools, strategy, exchange, optimizer, schedule, noise) { NetworkMap = map };
        JobLimits.Check(job, strategy, plan.SampleBudget, plan.BatchesPerUpdate * job.BatchSize / job.Workers);
        return plan;
    }

    /// <summary>How the job's communicators work.</summary>
    public CommunicatorOptions CommunicatorOptions => new()
    {
        Deterministic = Job.Deterministic,
        Timeout = TimeSpan.FromSeconds(Job.TimeoutSeconds),
    };

    /// <summary>The row of samples, for one rank to read from.</summary>
    public SampleDeal CreateDeal() => _partition.Deal(Dataset.Train, Workers, Job.Seed);

    /// <summary>The job's exchange for a group of workers.</summary>
    public IExchange CreateExchange(ICommunicator group) => _exchange(group);

    /// <summary>The job's optimizer for a range of the parameter vector, with fresh state.</summary>
    public Optimizer CreateOptimizer(int offset, int length) =>
        Optimizer.Create(length, Model.Layout.StatisticsWithin(offset, length));

    /// <summary>The learning rate after so many applied samples.</summary>
    public float LearningRateAt(long samplesApplied) =>
        Optimizer.BaseLearningRate * Schedule.FactorAt(EpochsOf(samplesApplied), TotalEpochs ?? double.PositiveInfinity);

    /// <summary>The share of the sample budget that so many applied samples are, at most 1; no number without such a budget.</summary>
    public double ProgressAt(long samplesApplied) => SampleBudget is { } budget ? Math.Min(1, (double)samplesApplied / budget) : double.NaN;

    /// <summary>The parameters every endpoint of an unresumed run starts from, shape [d].</summary>
    public float[] CreateInitialParameters()
    {
        var parameters = new float[Model.Layout.Length];
        Model.Initialize(parameters, Numerics.RandomStream.Create(Job.Seed, "initial parameters"));
        return parameters;
    }

    /// <summary>Samples that so many synchronous steps apply; where workers take unequal steps and are drawn by lot, those of the mean draw.</summary>
    public long SamplesAfter(long steps)
    {
        (long updates, long begun) = Math.DivRem(steps, StepsPerUpdate);
        Int128 taken = updates * TakenIn(StepsPerUpdate) + TakenIn(begun);
        return (long)(taken * Strategy.BatchesPerStep(Workers) / Workers) * Job.BatchSize;
    }

    /// <summary>Samples in epochs.</summary>
    public double EpochsOf(long samples) => (double)samples / Dataset.Train.Count;

    /// <summary>Samples in steps, rounded down: a step is one mini-batch of every worker.</summary>
    public long StepsOf(long samples) => samples / ((long)Workers * Job.BatchSize);

    /// <summary>Whether an evaluation falls due when applied samples rise from one figure to the other.</summary>
    public bool IsEvaluationBetween(long before, long after) => Crosses(Job.EvaluateEvery, before, after);

    /// <summary>Whether a checkpoint falls due when applied samples rise from one figure to the other; the one at the end does not count.</summary>
    public bool IsCheckpointBetween(long before, long after) =>
        Job.CheckpointEvery is { } every && Crosses(every, before, after);

    /// <summary>Whether all workers pause after a step by step and rank: for an evaluation, a checkpoint or the end.</summary>
    public bool IsPause(long step)
    {
        long before = SamplesAfter(step - 1), after = SamplesAfter(step);
        return step == Steps || IsEvaluationBetween(before, after) || IsCheckpointBetween(before, after);
    }

    // An update more rather than a part of the budget less: updates cannot be cut.
    private long StepsFor(long samples)
    {
        Int128 batches = (samples + Job.BatchSize - 1) / Job.BatchSize * (Int128)Workers;
        return (long)((batches + BatchesPerUpdate - 1) / BatchesPerUpdate) * StepsPerUpdate;
    }

    // Mini-batches of an update, times the workers, so that it is a whole number.
    private Int128 BatchesPerUpdate => TakenIn(StepsPerUpdate) * Strategy.BatchesPerStep(Workers);

    // By all workers in the first steps of an update, if every one of them were drawn.
    private Int128 TakenIn(long steps)
    {
        Int128 taken = 0;
        foreach ((long share, int workers) in _shares) taken += Math.Min(steps, share) * (Int128)workers;
        return taken;
    }

    private bool Crosses(double everyEpochs, long before, long after) =>
        Math.Floor(EpochsOf(after) / everyEpochs) > Math.Floor(EpochsOf(before) / everyEpochs);
}
