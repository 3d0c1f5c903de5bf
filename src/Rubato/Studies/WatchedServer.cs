using Rubato.Communication;
using Rubato.Optimizers;
using Rubato.Strategies;

namespace Rubato.Studies;

/// <summary>A server's surroundings whose ledger is read by a <see cref="FaultWatch"/> as well.</summary>
internal sealed class WatchedServer(Server inner, FaultWatch watch) : Server
{
    public override event Action<int>? PeerLost
    {
        add => inner.PeerLost += value;
        remove => inner.PeerLost -= value;
    }

    public override int Index => inner.Index;

    public override int WorkerCount => inner.WorkerCount;

    public override int ServerCount => inner.ServerCount;

    public override int BatchSize => inner.BatchSize;

    public override ICommunicator World => inner.World;

    public override ReadOnlyMemory<float> InitialParameters => inner.InitialParameters;

    public override EmbeddingTable Table => inner.Table;

    public override TimeProvider Time => inner.Time;

    public override IUpdateLedger Ledger { get; } = new WatchedLedger(inner.Ledger, watch);

    public override CancellationToken Stopping => inner.Stopping;

    public override Optimizer CreateOptimizer(int offset, int length) => inner.CreateOptimizer(offset, length);

    public override float LearningRateAt(long samplesApplied) => inner.LearningRateAt(samplesApplied);

    public override void Note(string decision) => inner.Note(decision);

    public override void OfferModel(int offset, int length, Action<Memory<float>> copy) => inner.OfferModel(offset, length, copy);

    private sealed class WatchedLedger(IUpdateLedger inner, FaultWatch watch) : IUpdateLedger
    {
        public void Applied(int worker, int samples, int staleness)
        {
            watch.Applied(worker, samples, staleness);
            inner.Applied(worker, samples, staleness);
        }

        public void Dropped(int worker, int samples)
        {
            watch.Listed(samples);
            inner.Dropped(worker, samples);
        }

        public void Ready(int worker) => inner.Ready(worker);

        public void Released(IReadOnlyList<int> workers) => inner.Released(workers);
    }
}
