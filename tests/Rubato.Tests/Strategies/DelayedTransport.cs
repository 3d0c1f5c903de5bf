using Rubato.Communication;
using Rubato.Numerics;

namespace Rubato.Tests.Strategies;

/// <summary>Delivers each message after a drawn latency, in order to each destination, so that servers see different orders of arrival.</summary>
internal sealed class DelayedTransport(ITransport inner, TestLoop loop, RandomStream random, double latency, (int Rank, double From, double Until) frozen)
    : ITransport
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
        // A frozen peer reads nothing, its buffers are full, and whoever sends to it waits.
        if (destination == frozen.Rank && loop.Now >= frozen.From && loop.Now < frozen.Until)
            return new ValueTask(SendLaterAsync(destination, tag, payload, cancellation));
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

    private async Task SendLaterAsync(int destination, MessageTag tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        await loop.Delay(frozen.Until - loop.Now);
        await SendAsync(destination, tag, payload, cancellation);
    }

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
