using Rubato.Communication;

namespace Rubato.Transports.InProcess;

/// <summary>Endpoints inside one process, each with a mailbox; a send copies the payload into the destination's.</summary>
/// <remarks>Safe for concurrent use by all endpoints. The network needs no disposal of its own: each transport closes its own mailbox.</remarks>
public sealed class InProcessNetwork
{
    /// <summary>The unexpected bytes that a mailbox takes from one source before that source's sends wait.</summary>
    internal const long WindowBytes = 64L << 20;

    private readonly InProcessTransport[] _transports;
    private readonly bool[] _opened;

    /// <summary>Creates the network.</summary>
    /// <param name="worldSize">The number of endpoints; at least 1.</param>
    /// <param name="time">The clock of this world.</param>
    public InProcessNetwork(int worldSize, TimeProvider time)
    {
        if (worldSize < 1)
            throw new ArgumentOutOfRangeException(nameof(worldSize), worldSize, $"The world has {worldSize} endpoints, but the fewest is 1.");
        ArgumentNullException.ThrowIfNull(time);
        _transports = [.. Enumerable.Range(0, worldSize).Select(rank => new InProcessTransport(this, rank, worldSize, time))];
        _opened = new bool[worldSize];
    }

    /// <summary>The transport of one endpoint; messages sent before it was opened wait for it. The caller disposes it.</summary>
    /// <exception cref="InvalidOperationException">The endpoint is open already: each is one program's own.</exception>
    public ITransport Open(int rank)
    {
        InProcessTransport transport = TransportOf(rank);
        if (Interlocked.Exchange(ref _opened[rank], true))
            throw new InvalidOperationException($"Endpoint {rank} is open already. Each endpoint is opened once, by the program that it belongs to.");
        return transport;
    }

    /// <summary>Breaks all connections of an endpoint, as if its process had been killed.</summary>
    /// <param name="rank">The endpoint to lose.</param>
    /// <param name="reason">What its peers are told, for example <c>connection reset</c>.</param>
    public void Lose(int rank, string reason)
    {
        InProcessTransport lost = TransportOf(rank);
        foreach (InProcessTransport transport in _transports)
            if (transport != lost) transport.PeerIsLost(rank, reason);
        lost.Kill(reason);
    }

    internal InProcessTransport TransportOf(int rank) => (uint)rank < (uint)_transports.Length
        ? _transports[rank]
        : throw new ArgumentOutOfRangeException(nameof(rank), rank,
            $"Endpoint {rank} does not exist: this world has the endpoints 0 to {_transports.Length - 1}.");

    internal void SayFarewell(int rank)
    {
        foreach (InProcessTransport transport in _transports)
            if (transport.Rank != rank) transport.PeerHasLeft(rank);
    }
}
