using Rubato.Communication;
using Rubato.Optimizers;
using Rubato.Strategies;

namespace Rubato.Tests.Strategies;

internal sealed class TestServer(TestCluster cluster, int index, int servers, ICommunicator world) : Server, IUpdateLedger
{
    private readonly float[] _initial = cluster.InitialModel();

    public (int Offset, int Length, Action<Memory<float>> Copy)? Offer { get; private set; }

    public override int Index => index;

    public override int WorkerCount => cluster.Job.Workers;

    public override int ServerCount => servers;

    public override int BatchSize => cluster.Job.BatchSize;

    public override ICommunicator World => world;

    public override ReadOnlyMemory<float> InitialParameters => _initial;

    public override EmbeddingTable Table => cluster.Job.Table;

    public override IUpdateLedger Ledger => this;

    public override TimeProvider Time => cluster.Loop.Time;

    public override CancellationToken Stopping => cluster.StoppingOf(index);

    public override event Action<int>? PeerLost;

    public void Lose(int rank) => PeerLost?.Invoke(rank);

    public override Optimizer CreateOptimizer(int offset, int length) => new MomentumSgd(length, cluster.Job.Momentum);

    public override float LearningRateAt(long samplesApplied) => TestCluster.LearningRateAt(samplesApplied);

    public override void Note(string decision) => cluster.Decisions.Add(decision);

    public override void OfferModel(int offset, int length, Action<Memory<float>> copy)
    {
        Assert.Null(Offer);
        Offer = (offset, length, copy);
    }

    void IUpdateLedger.Applied(int worker, int samples, int staleness) => cluster.Applied(worker, samples, staleness);

    void IUpdateLedger.Dropped(int worker, int samples) => cluster.Dropped(worker, samples);
}
