using Rubato.Communication;
using Rubato.Compression;
using Rubato.Data;
using Rubato.Models;
using Rubato.Numerics;
using Rubato.Optimizers;
using Rubato.Strategies;

namespace Rubato.Training;

/// <summary>The worker of a real job: its vectors, its data, its accelerator, and what it has done so far.</summary>
internal sealed class TrainingWorker : Worker, IStateful
{
    private readonly Shared _shared;
    private readonly JobPlan _plan;
    private readonly IAccelerator _accelerator;
    private readonly SpanRecorder _spans;
    private readonly SampleDeal _deal;
    private readonly int[] _samples;
    private readonly Batch _batch = new();
    private int[] _touchedRows = [];
    private int _touched;  // how many of them there are, below 0 when they were not looked for yet
    private readonly float[] _parameters;
    private readonly float[] _gradient;
    private readonly float[] _computedOn;
    private readonly Action _compute;
    private readonly Action _apply;
    private readonly List<TrainingWorker> _furtherThreads = [];
    private long _step;
    private long _sitOuts;
    private long _batchNumber, _batchRead = -1;
    private float _learningRate;
    private double _progress;
    private double _loss;

    public TrainingWorker(JobPlan plan, ITransport transport, IAccelerator accelerator, float[] initial,
        IStrategy strategy, LedgerPen ledger, SpanRecorder spans, JoinPen joins)
        : this(Shared.Of(plan, transport, initial, strategy, ledger, spans, joins), accelerator, thread: 0)
    {
    }

    private TrainingWorker(Shared shared, IAccelerator accelerator, int thread)
    {
        (_shared, _plan, _spans, _accelerator, Thread) = (shared, shared.Plan, shared.Spans, accelerator, thread);
        _deal = _plan.CreateDeal();
        _samples = new int[_plan.Job.BatchSize];
        _parameters = shared.Parameters;
        _gradient = new float[_parameters.Length];
        // Where work runs beside the loop, the loop may change the replica meanwhile (a background average): compute on a copy.
        _computedOn = accelerator.IsConcurrent ? new float[_parameters.Length] : _parameters;
        (_compute, _apply) = (Compute, Apply);
        _learningRate = _plan.LearningRateAt(0);
    }

    public override int Thread { get; }

    public override int Rank => _shared.Rank;

    public override int WorkerCount => _plan.Workers;

    public override long Step => _step;

    public override int BatchSize => _samples.Length;

    public override int OwnSamples => _deal.PoolSize(Rank);

    public override int MostOwnSamples => _plan.LargestPool;

    public override Memory<float> Parameters => _parameters;

    public override Memory<float> Gradient => _gradient;

    public override EmbeddingTable Table => _plan.Table;

    public override ReadOnlyMemory<int> TouchedRows
    {
        get
        {
            ReadBatch();
            if (_touched < 0)
            {
                if (_touchedRows.Length < _batch.Categories.Length) _touchedRows = new int[_batch.Categories.Length];
                _touched = Models.TouchedRows.Find(_batch.Categories, _touchedRows);
            }
            return _touchedRows.AsMemory(0, _touched);
        }
    }

    public override float BaseLearningRate => _plan.Optimizer.BaseLearningRate;

    public override float LearningRate => _learningRate;

    public override double Progress => _progress;

    public override ulong Seed => _plan.Job.Seed;

    public override Optimizer Optimizer => _shared.Optimizer;

    public override ICommunicator Workers => _shared.Workers;

    public override ICommunicator World => _shared.World;

    public override IExchange Exchange => _shared.Exchange;

    /// <summary>Whether one row of mini-batches serves all workers together.</summary>
    public bool SharesSamples => _deal.IsShared;

    /// <summary>Steps in which this worker has taken no gradient.</summary>
    public long SitOuts => _sitOuts;

    /// <summary>Gradients begun.</summary>
    public long Gradients { get; private set; }

    /// <summary>The sum of the losses of all mini-batches computed.</summary>
    public double LossSum { get; private set; }

    /// <summary>How many losses that is.</summary>
    public long Losses { get; private set; }

    /// <summary>Time spent computing gradients.</summary>
    public TimeSpan Computing { get; private set; }

    /// <summary>When the last gradient was begun, on the recorder's clock.</summary>
    public TimeSpan ComputeStart { get; private set; }

    /// <summary>When the last gradient was done, on the recorder's clock.</summary>
    public TimeSpan ComputeEnd { get; private set; }

    /// <summary>How often the replica was synchronized with others.</summary>
    public long Synchronizations { get; private set; }

    /// <summary>Adds a thread that trains the same replica.</summary>
    public TrainingWorker AddThread(IAccelerator accelerator)
    {
        var thread = new TrainingWorker(_shared, accelerator, _furtherThreads.Count + 1);
        _furtherThreads.Add(thread);
        return thread;
    }

    /// <summary>Goes over to the next step, on this mini-batch.</summary>
    public void Begin(long batch, long samplesApplied)
    {
        _step++;
        _batchNumber = batch;
        _learningRate = _plan.LearningRateAt(samplesApplied);
        _progress = _plan.ProgressAt(samplesApplied);
    }

    /// <summary>Computes one gradient and throws it away, so that the first step does not pay for compilation and first touches.</summary>
    public void WarmUp()
    {
        _parameters.CopyTo(_computedOn, 0);
        _ = ComputeLoss();
        Array.Clear(_gradient);
    }

    public override ValueTask ComputeGradientAsync(CancellationToken cancellation) => ComputeAsync(null, cancellation);

    public override ValueTask StepInPlaceAsync(CancellationToken cancellation) => ComputeAsync(_apply, cancellation);

    private async ValueTask ComputeAsync(Action? then, CancellationToken cancellation)
    {
        if (_computedOn != _parameters) _parameters.CopyTo(_computedOn, 0);
        Gradients++;
        ComputeStart = _spans.Now;
        await _accelerator.RunAsync(_compute, cancellation, then);
        ComputeEnd = _spans.Now;
        Computing += ComputeEnd - ComputeStart;
        _spans.Add(TracePhase.Compute, ComputeStart, ComputeEnd, _step, Thread);
        if (!double.IsFinite(_loss))
        {
            throw new RunFailedException(
                $"The loss of step {_step} on worker {Rank} is {_loss}: the training diverged at learning rate {_learningRate}. "
                + $"Lower the learning rate, for example --optimizer {_plan.Job.Optimizer.Name}:lr={_plan.Optimizer.BaseLearningRate / 4}.");
        }
        LossSum += _loss;
        Losses++;
    }

    public override void SitOut()
    {
        _sitOuts++;
        ComputeStart = ComputeEnd = _spans.Now;
    }

    public override void ReportApplied(int staleness) => _shared.Ledger.Applied(Rank, BatchSize, staleness);

    public override void ReportSynchronized() => Synchronizations++;

    public override async Task InBackground(ValueTask communication)
    {
        (TimeSpan start, long step) = (_spans.Now, _step);
        await communication;
        _spans.Add(TracePhase.Background, start, step);
    }

    // Not Task.Delay, which counts whole milliseconds.
    public override async Task DelayAsync(TimeSpan time, CancellationToken cancellation)
    {
        var passed = new TaskCompletionSource();
        await using ITimer timer = _shared.Time.CreateTimer(_ => passed.TrySetResult(), null, time, Timeout.InfiniteTimeSpan);
        await passed.Task.WaitAsync(cancellation);
    }

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        visitor.Counter("step", ref _step);
        foreach (TrainingWorker thread in _furtherThreads) visitor.Counter($"step-of-thread-{thread.Thread}", ref thread._step);
        visitor.Counter("sit-outs", ref _sitOuts);
        visitor.Vector("parameters", _parameters);
        visitor.Part("optimizer", Optimizer);
        visitor.Part("strategy", _shared.Strategy);
    }

    private void Compute() => _loss = ComputeLoss();

    private void Apply()
    {
        int first = _plan.FirstOwnParameter;
        Optimizer.Step(_parameters.AsSpan(first), _gradient.AsSpan(first), _learningRate);
    }

    private double ComputeLoss()
    {
        ReadBatch();
        // A stream of its own for each mini-batch: draws do not depend on who computes it, nor on what was computed before a resume.
        var pass = new GradientPass { Random = _shared.Draws.Split("batch", _deal.IsShared ? _batchNumber : _batchNumber * WorkerCount + Rank) };
        return _plan.Model.ComputeGradient(_computedOn, _batch, _gradient, pass);
    }

    // Once a step: by the computation, or before it where the strategy asks for the rows.
    private void ReadBatch()
    {
        if (_batchRead == _batchNumber) return;
        _batchRead = _batchNumber;
        _deal.Read(Rank, _batchNumber, _samples);
        _plan.Dataset.Train.Read(_samples, _batch);
        _touched = -1;
    }

    /// <summary>What all threads of a worker have in common.</summary>
    private sealed record Shared(
        JobPlan Plan, int Rank, float[] Parameters, Optimizer Optimizer, IStrategy Strategy, ICommunicator World, ICommunicator Workers, IExchange Exchange,
        RandomStream Draws, LedgerPen Ledger, SpanRecorder Spans, TimeProvider Time)
    {
        public static Shared Of(JobPlan plan, ITransport transport, float[] initial, IStrategy strategy, LedgerPen ledger, SpanRecorder spans, JoinPen joins)
        {
            CommunicatorOptions options = plan.CommunicatorOptions with { Observer = joins };
            var world = new Communicator(transport, new EndpointRange(0, plan.Workers + plan.Servers), options);
            var workers = plan.Servers == 0 ? world : new Communicator(transport, new EndpointRange(0, plan.Workers), options);
            return new Shared(
                plan, transport.Rank, [.. initial], plan.CreateOptimizer(plan.FirstOwnParameter, initial.Length - plan.FirstOwnParameter), strategy, world, workers, plan.CreateExchange(workers),
                RandomStream.Create(plan.Job.Seed, "gradient"), ledger, spans, transport.Time);
        }
    }
}
