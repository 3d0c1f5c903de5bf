using Rubato.Communication;
using Rubato.Simulation;

namespace Rubato.Transports.Simulated;

/// <summary>One endpoint of a <see cref="SimulatedNetwork"/>.</summary>
/// <remarks>Control traffic takes no time, as in a shaped real world; so do messages to oneself.</remarks>
internal sealed class SimulatedTransport : ITransport
{
    public const string Farewell = "it closed its transport and left";

    private readonly SimulatedNetwork _network;
    private readonly SimulatedRank _rank;
    private readonly Mailbox _mailbox;
    private readonly PeerLosses _losses = new();
    // Messages of one tag stay in order whatever delays them; kept only where something may.
    private readonly Dictionary<(int Destination, MessageTag Tag), long>? _lastArrivals;
    private string? _killedBecause;
    private int _underWay;
    private bool _closed;

    public SimulatedTransport(SimulatedNetwork network, SimulatedRank rank)
    {
        (_network, _rank) = (network, rank);
        _mailbox = new Mailbox(rank.Time, long.MaxValue, GoneBecause);
        _lastArrivals = network.Disturbance is null ? null : [];
    }

    public int Rank => _rank.Number;

    public int WorldSize => _network.Size;

    public TimeProvider Time => _rank.Time;

    public TrafficCounter Traffic { get; } = new();

    public ICollectiveEngine? Collectives => _network.Collectives;

    public IReadOnlyDictionary<int, PeerLostException> LostPeers => _losses.Snapshot;

    public event Action<PeerLostException>? PeerLost;

    public ValueTask SendAsync(int destination, MessageTag tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        _network.Loop.CheckThread("sends a message");
        ThrowIfKilled("send");
        ObjectDisposedException.ThrowIf(_closed, this);
        cancellation.ThrowIfCancellationRequested();
        SimulatedTransport peer = _network.TransportOf(destination);
        _losses.ThrowIfLost(destination, "send");
        if (peer._closed) throw new PeerLostException(destination, "send", TimeSpan.Zero, Farewell);

        Message message = Message.Rent(Rank, tag, payload.Length);
        payload.CopyTo(message.Payload);
        Traffic.Count(tag, payload.Length);
        _underWay++;
        SimulationLoop loop = _network.Loop;
        if (tag.Context == Communicator.ControlContext || destination == Rank)
        {
            Deliver(peer, message, loop.Now);
            return default;
        }

        // The place on the link is taken now; the copy leaves the caller's buffer free even if the wait is cancelled.
        long departure = _network.Links.Depart(Rank, payload.Length, loop.Now);
        if (departure == loop.Now)
        {
            Travel(peer, message);
            return default;
        }
        var left = new TaskCompletionSource();
        // The _network carries the message on even if its sender is no more: what has begun to leave is on its way.
        loop.At(departure, loop.Network, () => Travel(peer, message));
        loop.At(departure, _rank, left.SetResult);
        return new ValueTask(left.Task.WaitAsync(cancellation));
    }

    public ValueTask<Message> ReceiveAsync(int source, MessageTag tag, CancellationToken cancellation)
    {
        _network.Loop.CheckThread("receives a message");
        ThrowIfKilled("receive");
        if (source != Endpoints.Any) _network.TransportOf(source);
        return _mailbox.ReceiveAsync(source, tag, cancellation);
    }

    public ValueTask DisposeAsync()
    {
        if (_closed) return default;
        _closed = true;
        SayFarewellAtLast();
        _mailbox.Dispose();
        return default;
    }

    internal void PeerHasLeft(int peer) => _mailbox.SourceIsGone(peer, Farewell);

    internal void PeerIsLost(int peer, string reason)
    {
        var loss = new PeerLostException(peer, "connection", TimeSpan.Zero, reason);
        if (!_losses.Add(loss)) return;
        _mailbox.SourceIsGone(peer, reason);
        PeerLost?.Invoke(loss);
    }

    internal void Kill(string reason)
    {
        _killedBecause = reason;
        _mailbox.Dispose();
    }

    // Its last bit has just left the sender.
    private void Travel(SimulatedTransport peer, Message message)
    {
        long arrival = _network.Links.Arrive(Rank, peer.Rank, message.Payload.Length, _network.Loop.Now);
        if (_network.Disturbance is { } disturbance)
        {
            (int, MessageTag) key = (peer.Rank, message.Tag);
            arrival = Math.Max(disturbance.Delay(Rank, peer.Rank, arrival), _lastArrivals!.GetValueOrDefault(key));
            _lastArrivals![key] = arrival;
        }
        Deliver(peer, message, arrival);
    }

    // On the network's behalf: whoever waits for the message takes it up when its rank runs again.
    private void Deliver(SimulatedTransport peer, Message message, long arrival) => _network.Loop.At(arrival, _network.Loop.Network, () =>
    {
        peer.Take(message);
        _underWay--;
        SayFarewellAtLast();
    });

    // A farewell comes after everything that was sent before it.
    private void SayFarewellAtLast()
    {
        if (_closed && _underWay == 0 && _killedBecause is null) _network.SayFarewell(Rank);
    }


    private void Take(Message message)
    {
        if (_losses.Snapshot.ContainsKey(message.Source))
        {
            // The connection is known to be broken: what was still on it is gone.
            message.Dispose();
            return;
        }
        if (message.Tag.Context != Communicator.ControlContext)
            _network.Loop.Trace.Add(_network.Loop.Now, HashOf(message));
        ValueTask taken = _mailbox.DeliverAsync(message, CancellationToken.None);
        if (!taken.IsCompletedSuccessfully) throw new InvalidOperationException("A simulated mailbox takes everything at once.");
    }

    private ulong HashOf(Message message) =>
        ((ulong)(uint)message.Source << 40) ^ ((ulong)(uint)Rank << 20) ^ ((ulong)(uint)message.Tag.Value * 0x9E3779B97F4A7C15)
        ^ ((ulong)(uint)message.Tag.Context << 32) ^ (ulong)message.Payload.Length;

    private string? GoneBecause(int source) =>
        _losses.Snapshot.TryGetValue(source, out PeerLostException? loss) ? loss.Reason : _network.GoneBecause(source);

    private void ThrowIfKilled(string operation)
    {
        if (_killedBecause is { } reason) throw new PeerLostException(Rank, operation, TimeSpan.Zero, reason);
    }
}
