using Rubato.Communication;
using Rubato.Numerics;

namespace Rubato.Tests.Strategies;

/// <summary>Delivers each message after a drawn latency, in order to each destination, so that servers see different orders of arrival.</summary>
internal sealed class DelayedTransport(ITransport inner, TestLoop loop, RandomStream random, double latency) : ITransport
{
    private readonly SortedDictionary<int, double> _last = [];

    public int Rank => inner.Rank;

    public int WorldSize => inner.WorldSize;

    public TimeProvider Time => inner.Time;

    public TrafficCounter Traffic => inner.Traffic;

    public IReadOnlyDictionary<int, PeerLostException> LostPeers => inner.LostPeers;

    public event Action<PeerLostException>? PeerLost
    {
        add => inner.PeerLost += value;
        remove => inner.PeerLost -= value;
    }

    public ValueTask SendAsync(int destination, MessageTag tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        if (latency == 0) return inner.SendAsync(destination, tag, payload, cancellation);
        byte[] copy = payload.ToArray();
        double arrival = Math.Max(_last.GetValueOrDefault(destination), loop.Now + latency * random.NextDouble());
        _last[destination] = arrival;
        loop.After(arrival - loop.Now, () => _ = DeliverAsync(destination, tag, copy));
        return ValueTask.CompletedTask;
    }

    public ValueTask<Message> ReceiveAsync(int source, MessageTag tag, CancellationToken cancellation) =>
        inner.ReceiveAsync(source, tag, cancellation);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task DeliverAsync(int destination, MessageTag tag, byte[] payload)
    {
        try
        {
            await inner.SendAsync(destination, tag, payload, CancellationToken.None);
        }
        catch (CommunicationException)
        {
            // The sender or the receiver was killed while the message was on its way: it is gone.
        }
    }
}
