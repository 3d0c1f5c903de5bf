using Rubato.Communication;

namespace Rubato.Transports.Mpi;

/// <summary>One endpoint of an <see cref="MpiNetwork"/>.</summary>
/// <remarks>
/// Messages to endpoints of the same rank go through memory. What has arrived is kept until it is received, however much it is: several
/// endpoints share the way between two ranks, and holding one's messages back would hold back the others'.
/// </remarks>
internal sealed class MpiTransport : ITransport
{
    private const string Farewell = "it closed its transport and left";

    private readonly MpiNetwork _network;
    private readonly Mailbox _mailbox;
    private readonly PeerLosses _losses = new();
    private readonly MpiCollectives _collectives;
    private bool _closed;

    public MpiTransport(MpiNetwork network, int endpoint, TimeProvider time)
    {
        (_network, Rank, Time) = (network, endpoint, time);
        _mailbox = new Mailbox(time, long.MaxValue);
        _collectives = new MpiCollectives(network, this, new MpiMessages(this));
    }

    public int Rank { get; }

    /// <summary>The network that it belongs to.</summary>
    public MpiNetwork Network => _network;

    public int WorldSize => _network.Layout.Endpoints;

    public TimeProvider Time { get; }

    public TrafficCounter Traffic { get; } = new();

    public ICollectiveEngine? Collectives => _collectives;

    public IReadOnlyDictionary<int, PeerLostException> LostPeers => _losses.Snapshot;

    public event Action<PeerLostException>? PeerLost;

    public ValueTask SendAsync(int destination, MessageTag tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed), this);
        CheckEndpoint(destination, nameof(destination));
        cancellation.ThrowIfCancellationRequested();
        _losses.ThrowIfLost(destination, "send");
        Traffic.Count(tag, payload.Length);
        return _network.SendAsync(Rank, destination, tag, payload, cancellation);
    }

    public ValueTask<Message> ReceiveAsync(int source, MessageTag tag, CancellationToken cancellation)
    {
        if (source != Endpoints.Any) CheckEndpoint(source, nameof(source));
        return _mailbox.ReceiveAsync(source, tag, cancellation);
    }

    public ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref _closed, true))
        {
            _network.SayFarewell(Rank);
            _mailbox.Dispose();
        }
        return default;
    }

    /// <summary>Takes a message of an endpoint of the same rank.</summary>
    internal ValueTask TakeOwnAsync(int source, MessageTag tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        if (Volatile.Read(ref _closed)) throw new PeerLostException(Rank, "send", TimeSpan.Zero, Farewell);
        Message message = Message.Rent(source, tag, payload.Length);
        payload.CopyTo(message.Payload);
        return _mailbox.DeliverAsync(message, cancellation);
    }

    /// <summary>Takes a message of another rank.</summary>
    internal void Take(Message message) => _ = _mailbox.DeliverAsync(message, CancellationToken.None).AsTask();

    internal void PeerHasLeft(int peer)
    {
        if (peer != Rank) _mailbox.SourceIsGone(peer, Farewell);
    }

    internal void PeerIsLost(int peer, string reason)
    {
        var loss = new PeerLostException(peer, "connection", TimeSpan.Zero, reason);
        if (peer == Rank || !_losses.Add(loss)) return;
        _mailbox.SourceIsGone(peer, reason);
        PeerLost?.Invoke(loss);
    }

    private void CheckEndpoint(int endpoint, string name)
    {
        if ((uint)endpoint >= (uint)WorldSize)
            throw new ArgumentOutOfRangeException(name, endpoint, $"Endpoint {endpoint} does not exist: this world has the endpoints 0 to {WorldSize - 1}.");
    }
}
