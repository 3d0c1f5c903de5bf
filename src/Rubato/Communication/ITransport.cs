namespace Rubato.Communication;

/// <summary>Carries tagged messages between endpoints: the one thing that a world of its own must provide.</summary>
/// <remarks>
/// <para>Messages between two endpoints with the same tag arrive in the order in which they were sent. A send copies its payload before
/// it returns to the caller's next await, so the buffer may be reused as soon as the task is complete.</para>
/// <para>Every rank is single-threaded towards its strategy: transports complete their tasks so that continuations run on the awaiting
/// rank's <see cref="SynchronizationContext"/>, never inline on another rank's thread.</para>
/// </remarks>
public interface ITransport : IAsyncDisposable
{
    /// <summary>This endpoint's number, from 0.</summary>
    int Rank { get; }

    /// <summary>The number of endpoints: workers, then servers, then the conductor.</summary>
    int WorldSize { get; }

    /// <summary>The clock of this world.</summary>
    TimeProvider Time { get; }

    /// <summary>What this endpoint has sent so far.</summary>
    TrafficCounter Traffic { get; }

    /// <summary>This world's own collectives; null (the default) where all are done message by message.</summary>
    ICollectiveEngine? Collectives => null;

    /// <summary>The peers whose connection broke without a farewell, with the reason.</summary>
    IReadOnlyDictionary<int, PeerLostException> LostPeers { get; }

    /// <summary>Raised once for each lost peer, on an arbitrary thread.</summary>
    event Action<PeerLostException>? PeerLost;

    /// <summary>Sends a message; completes when the payload was copied or written, waiting while the peer's window is full.</summary>
    /// <exception cref="PeerLostException">The destination is lost.</exception>
    ValueTask SendAsync(int destination, MessageTag tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation);

    /// <summary>Receives the next message with that tag from <paramref name="source"/>, or from any endpoint (<see cref="Endpoints.Any"/>).</summary>
    /// <exception cref="PeerLostException">The named source is lost. A receive from any endpoint goes on; watch <see cref="PeerLost"/>.</exception>
    ValueTask<Message> ReceiveAsync(int source, MessageTag tag, CancellationToken cancellation);
}
