using Rubato.Communication;

namespace Rubato.Transports.InProcess;

/// <summary>One endpoint of an <see cref="InProcessNetwork"/>.</summary>
internal sealed class InProcessTransport(InProcessNetwork network, int rank, int worldSize, TimeProvider time) : ITransport
{
    private const string Farewell = "it closed its transport and left";

    private readonly Mailbox _mailbox = new(time, InProcessNetwork.WindowBytes);
    private readonly PeerLosses _losses = new();
    private string? _killedBecause;
    private bool _closed;

    public int Rank => rank;

    public int WorldSize => worldSize;

    public TimeProvider Time => time;

    public TrafficCounter Traffic { get; } = new();

    public IReadOnlyDictionary<int, PeerLostException> LostPeers => _losses.Snapshot;

    public event Action<PeerLostException>? PeerLost;

    public ValueTask SendAsync(int destination, MessageTag tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        ThrowIfKilled("send");
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed), this);
        cancellation.ThrowIfCancellationRequested();
        InProcessTransport peer = network.TransportOf(destination);
        _losses.ThrowIfLost(destination, "send");
        if (Volatile.Read(ref peer._closed)) throw new PeerLostException(destination, "send", TimeSpan.Zero, Farewell);

        Message message = Message.Rent(rank, tag, payload.Length);
        payload.CopyTo(message.Payload);
        Traffic.Count(tag, payload.Length);
        return peer._mailbox.DeliverAsync(message, cancellation);
    }

    public ValueTask<Message> ReceiveAsync(int source, MessageTag tag, CancellationToken cancellation)
    {
        ThrowIfKilled("receive");
        if (source != Endpoints.Any) network.TransportOf(source);
        return _mailbox.ReceiveAsync(source, tag, cancellation);
    }

    public ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref _closed, true))
        {
            if (_killedBecause is null) network.SayFarewell(rank);
            _mailbox.Dispose();
        }
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
        Volatile.Write(ref _killedBecause, reason);
        for (int peer = 0; peer < worldSize; peer++) _mailbox.SourceIsGone(peer, $"this endpoint, {rank}, was lost itself: {reason}");
        _mailbox.Dispose();
    }

    private void ThrowIfKilled(string operation)
    {
        if (Volatile.Read(ref _killedBecause) is { } reason) throw new PeerLostException(rank, operation, TimeSpan.Zero, reason);
    }
}
