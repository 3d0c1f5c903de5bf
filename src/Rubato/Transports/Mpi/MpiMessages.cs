using Rubato.Communication;

namespace Rubato.Transports.Mpi;

/// <summary>A transport without collectives of its own, for groups that have no communicator in the library.</summary>
/// <remarks>Its messages have contexts of their own, so that they cannot meet those that the same group sends without it.</remarks>
internal sealed class MpiMessages(ITransport inner) : ITransport
{
    public event Action<PeerLostException>? PeerLost
    {
        add => inner.PeerLost += value;
        remove => inner.PeerLost -= value;
    }

    public int Rank => inner.Rank;

    public int WorldSize => inner.WorldSize;

    public TimeProvider Time => inner.Time;

    public TrafficCounter Traffic => inner.Traffic;

    public IReadOnlyDictionary<int, PeerLostException> LostPeers => inner.LostPeers;

    public ValueTask SendAsync(int destination, MessageTag tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation) =>
        inner.SendAsync(destination, Apart(tag), payload, cancellation);

    public ValueTask<Message> ReceiveAsync(int source, MessageTag tag, CancellationToken cancellation) =>
        inner.ReceiveAsync(source, Apart(tag), cancellation);

    /// <summary>Nothing: the endpoint's transport is its owner's.</summary>
    public ValueTask DisposeAsync() => default;

    // Groups have contexts that are not negative; -1, the conductor's, is left out.
    private static MessageTag Apart(MessageTag tag) => new(int.MinValue + (tag.Context & (int.MaxValue >> 1)), tag.Value);
}
