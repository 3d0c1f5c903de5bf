using Rubato.Communication;
using Rubato.Optimizers;
using Rubato.Strategies;

namespace Rubato.Training;

/// <summary>The surroundings of a server program in a real job.</summary>
/// <remarks>Disposal ends the watch over lost peers.</remarks>
internal sealed class TrainingServer : Server, IDisposable
{
    private readonly JobPlan _plan;
    private readonly ITransport _transport;
    private readonly SynchronizationContext? _loop = SynchronizationContext.Current;
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<int> _lost = [];
    private readonly float[] _initial;
    private readonly Action<string> _note;
    private (int Offset, int Length, Action<Memory<float>> Copy)? _offer;

    public TrainingServer(JobPlan plan, ITransport transport, float[] initial, IUpdateLedger ledger, Action<string> note, ICommunicatorObserver watch)
    {
        _plan = plan;
        _transport = transport;
        _initial = initial;
        Ledger = ledger;
        _note = note;
        Index = transport.Rank - plan.Workers;
        World = new Communicator(transport, new EndpointRange(0, plan.Workers + plan.Servers), plan.CommunicatorOptions with { Observer = watch });
        transport.PeerLost += OnPeerLost;
    }

    public override event Action<int>? PeerLost;

    public override int Index { get; }

    public override int WorkerCount => _plan.Workers;

    public override int ServerCount => _plan.Servers;

    public override int BatchSize => _plan.Job.BatchSize;

    public override ICommunicator World { get; }

    public override ReadOnlyMemory<float> InitialParameters => _initial;

    public override EmbeddingTable Table => _plan.Table;

    public override IUpdateLedger Ledger { get; }

    public override TimeProvider Time => _transport.Time;

    public override CancellationToken Stopping => _stopping.Token;

    public override Optimizer CreateOptimizer(int offset, int length) => _plan.CreateOptimizer(offset, length);

    public override float LearningRateAt(long samplesApplied) => _plan.LearningRateAt(samplesApplied);

    public override void Note(string decision) => _note(decision);

    public override void OfferModel(int offset, int length, Action<Memory<float>> copy)
    {
        if (_offer is not null) throw new InvalidOperationException($"Server {Index} offers its model twice. Offer one range, once, before serving.");
        if (offset < 0 || length < 0 || offset + length > _initial.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length,
                $"Server {Index} offers elements {offset} to {offset + length}, but the model has {_initial.Length}. Offer a range of the model.");
        }
        _offer = (offset, length, copy);
    }

    /// <summary>A copy of the server's part of the model and where it starts; empty when it holds none.</summary>
    public (int Offset, float[] Values) CopyModel()
    {
        if (_offer is not { } offer) return (0, []);
        var values = new float[offer.Length];
        offer.Copy(values);
        return (offer.Offset, values);
    }

    /// <summary>The budget is used up.</summary>
    public void Stop() => _stopping.Cancel();

    /// <summary>Tells the program of a lost peer, once.</summary>
    public void Lose(int endpoint)
    {
        if (endpoint < _plan.Conductor && _lost.Add(endpoint)) PeerLost?.Invoke(endpoint);
    }

    /// <summary>Tells the program of the peers that were lost before anybody watched.</summary>
    public void LoseThoseAlreadyLost()
    {
        foreach (int endpoint in _transport.LostPeers.Keys.Order()) Lose(endpoint);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _transport.PeerLost -= OnPeerLost;
        _stopping.Dispose();
    }

    // Raised on any thread; the program hears of it on its own loop.
    private void OnPeerLost(PeerLostException lost)
    {
        if (_loop is null) Lose(lost.Rank);
        else _loop.Post(_ => Lose(lost.Rank), null);
    }
}
