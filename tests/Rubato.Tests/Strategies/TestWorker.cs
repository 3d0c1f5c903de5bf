using Rubato.Communication;
using Rubato.Compression;
using Rubato.Numerics;
using Rubato.Optimizers;
using Rubato.Strategies;

namespace Rubato.Tests.Strategies;

internal sealed class TestWorker(TestCluster cluster, int rank, ICommunicator world, ICommunicator workers, TestWorker? first = null, int thread = 0) : Worker, IStateful
{
    private readonly float[] _parameters = first?._parameters ?? cluster.InitialModel();
    private readonly float[] _gradient = new float[cluster.Job.Length];

    public long StepsTaken { get; set; }

    public long Batch { get; set; }

    public override int Rank => rank;

    public override int Thread => thread;

    public override int WorkerCount => cluster.Job.Workers;

    public override ulong Seed => cluster.Job.Seed;

    public override long Step => cluster.FirstStep + StepsTaken;

    public override int BatchSize => cluster.Job.BatchSize;

    public override int OwnSamples => cluster.Job.OwnSamples(rank);

    public override int MostOwnSamples => Enumerable.Range(0, WorkerCount).Max(cluster.Job.OwnSamples);

    public override Memory<float> Parameters => _parameters;

    public override Memory<float> Gradient => _gradient;

    public override EmbeddingTable Table => cluster.Job.Table;

    public override ReadOnlyMemory<int> TouchedRows => Table.Rows == 0 ? default : cluster.Job.TouchedRows(Batch);

    public override float BaseLearningRate => cluster.Job.Rate(0);

    public override float LearningRate => cluster.Job.Rate(Batch / WorkerCount * WorkerCount * BatchSize);

    public override Optimizer Optimizer { get; } = first?.Optimizer ?? new MomentumSgd(cluster.Job.Length - cluster.FirstOwnParameter, cluster.Job.Momentum);

    public long Synchronizations { get; private set; }

    public override double Progress => TestCluster.ProgressAt(Batch / WorkerCount);

    public override ICommunicator Workers => workers;

    public override ICommunicator World => world;

    public override IExchange Exchange { get; } = new UncompressedExchange(workers);

    public override async ValueTask ComputeGradientAsync(CancellationToken cancellation)
    {
        // At the parameters as they are when the step begins, not as they will be when it ends.
        cluster.Job.Gradient(rank, cluster.Job.Seed, Batch, _parameters, _gradient);
        await cluster.Loop.Delay(cluster.Job.StepTime(rank, StepsTaken));
        cluster.Computed++;
        cluster.Job.Finished(rank, StepsTaken);
    }

    public override async ValueTask StepInPlaceAsync(CancellationToken cancellation)
    {
        await ComputeGradientAsync(cancellation);
        int first = cluster.FirstOwnParameter;
        Optimizer.Step(_parameters.AsSpan(first), _gradient.AsSpan(first), LearningRate);
    }

    public void VisitState(IStateVisitor visitor) => visitor.Vector("parameters", _parameters);

    public override void SitOut() => cluster.Job.SatOut(rank, StepsTaken);

    public override void ReportApplied(int staleness) => cluster.Applied(rank, BatchSize, staleness, Batch);

    public override void ReportSynchronized() => Synchronizations++;

    public override Task InBackground(ValueTask communication) => communication.AsTask();

    public override Task DelayAsync(TimeSpan time, CancellationToken cancellation) => cluster.Loop.Delay(time.TotalSeconds).WaitAsync(cancellation);

    /// <summary>The gradient of ½ (x − c)² with a centre c that is drawn for every batch.</summary>
    public static void GradientOf(ulong seed, long batch, ReadOnlySpan<float> x, Span<float> gradient)
    {
        var random = RandomStream.Create(seed, "batch", batch);
        for (int j = 0; j < x.Length; j++) gradient[j] = x[j] - (1 + 0.3f * (float)random.NextNormal());
    }
}
