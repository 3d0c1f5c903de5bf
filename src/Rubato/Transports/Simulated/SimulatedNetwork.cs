using Rubato.Communication;
using Rubato.Simulation;

namespace Rubato.Transports.Simulated;

/// <summary>The endpoints of a simulated cluster: messages take the time of their links, and everything happens on one event loop.</summary>
public sealed class SimulatedNetwork
{
    private readonly SimulatedTransport[] _transports;
    private readonly string?[] _goneBecause;

    /// <summary>Creates the network.</summary>
    /// <param name="loop">The event loop with one rank for each endpoint, in order.</param>
    /// <param name="map">The links.</param>
    /// <param name="disturbance">What delays messages beyond their links; null for nothing.</param>
    /// <param name="formulaFrom">Groups of so many members and more do their collectives by the cost formula in place of messages.</param>
    public SimulatedNetwork(SimulationLoop loop, NetworkMap map, MessageDisturbance? disturbance = null, int formulaFrom = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(map);
        Loop = loop;
        Map = map;
        Disturbance = disturbance;
        Links = new NetworkLinks(map, loop.Ranks.Count);
        _goneBecause = new string?[loop.Ranks.Count];
        Collectives = new SimulatedCollectives(this, formulaFrom);
        _transports = [.. loop.Ranks.Select(rank => new SimulatedTransport(this, rank))];
    }

    internal SimulationLoop Loop { get; }

    internal NetworkMap Map { get; }

    internal NetworkLinks Links { get; }

    internal MessageDisturbance? Disturbance { get; }

    internal SimulatedCollectives Collectives { get; }

    internal int Size => _transports.Length;

    /// <summary>The transport of one endpoint.</summary>
    public ITransport Open(int rank) => TransportOf(rank);

    /// <summary>Kills an endpoint: nothing of it runs any more, and its peers notice when the broken connection's last word has reached them.</summary>
    /// <param name="rank">The endpoint to lose.</param>
    /// <param name="reason">What its peers are told, for example <c>connection reset</c>.</param>
    public void Lose(int rank, string reason)
    {
        SimulatedTransport lost = TransportOf(rank);
        Loop.Ranks[rank].Crash();
        foreach (SimulatedTransport transport in _transports)
        {
            if (transport == lost) continue;
            SimulatedTransport peer = transport;
            Loop.At(Loop.Now + Map.LatencyBetween(rank, peer.Rank).Ticks, Loop.Ranks[peer.Rank], () => peer.PeerIsLost(rank, reason));
        }
        lost.Kill(reason);
    }

    internal SimulatedTransport TransportOf(int rank) => (uint)rank < (uint)_transports.Length
        ? _transports[rank]
        : throw new ArgumentOutOfRangeException(nameof(rank), rank,
            $"Endpoint {rank} does not exist: this world has the endpoints 0 to {_transports.Length - 1}.");

    /// <summary>Why no more messages come from an endpoint that has said farewell; null while they may.</summary>
    internal string? GoneBecause(int rank) => _goneBecause[rank];

    internal void SayFarewell(int rank)
    {
        _goneBecause[rank] = SimulatedTransport.Farewell;
        foreach (SimulatedTransport transport in _transports)
            if (transport.Rank != rank) transport.PeerHasLeft(rank);
    }
}
