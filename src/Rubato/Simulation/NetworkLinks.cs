namespace Rubato.Simulation;

/// <summary>The links of a <see cref="NetworkMap"/> with what occupies them: says when a message leaves its sender and when it has arrived.</summary>
/// <remarks>
/// The model of <c>ShapedTransport</c>, without its timers: each endpoint sends its messages one after the other at its rate and receives
/// one after the other, so that the in-cast of many senders at one receiver shows. A message of b bits that meets no other takes
/// b / rate + latency. Links that follow each other overlap (cut-through): a message is not stored at each of them before it goes on.
/// Times are ticks of the virtual clock.
/// </remarks>
internal sealed class NetworkLinks
{
    private readonly NetworkMap _map;
    private readonly long[] _sendingUntil;
    private readonly long[] _receivingUntil;
    private readonly long[] _upUntil;
    private readonly long[] _downUntil;
    private readonly Dictionary<(int From, int To), long> _lineUntil = [];

    public NetworkLinks(NetworkMap map, int endpoints)
    {
        _map = map;
        _sendingUntil = new long[endpoints];
        _receivingUntil = new long[endpoints];
        _upUntil = new long[map.Names.Count];
        _downUntil = new long[map.Names.Count];
    }

    /// <summary>Takes the next place on the sender's link; returns when the last bit leaves it.</summary>
    public long Depart(int from, int bytes, long now) =>
        _sendingUntil[from] = Math.Max(now, _sendingUntil[from]) + _map.Node.TicksOf(bytes);

    /// <summary>Takes the next places on all links after the sender's, for a message whose last bit leaves the sender now; returns when it has arrived.</summary>
    public long Arrive(int from, int to, int bytes, long now)
    {
        long occupied = _map.Node.TicksOf(bytes), last = now;
        int here = _map.SiteOf(from), there = _map.SiteOf(to);
        if (here != there)
        {
            last = Pass(_map.Uplink(here), ref _upUntil[here], bytes, last, ref occupied);
            _lineUntil.TryGetValue((here, there), out long until);
            last = Pass(_map.Line(here, there), ref until, bytes, last, ref occupied);
            _lineUntil[(here, there)] = until;
            last = Pass(_map.Uplink(there), ref _downUntil[there], bytes, last, ref occupied);
        }
        return Pass(_map.Node, ref _receivingUntil[to], bytes, last, ref occupied);
    }

    // The last bit comes at `last` and the first came `occupied` before it; both are later by the latency when they reach the link.
    private static long Pass(LinkShape link, ref long busyUntil, int bytes, long last, ref long occupied)
    {
        long duration = link.TicksOf(bytes), arrives = last + link.Latency.Ticks;
        // What takes no time occupies nothing: a message that was sent before but is still on a longer way is not waited for.
        if (double.IsInfinity(link.BitsPerSecond)) return arrives;
        busyUntil = Math.Max(Math.Max(arrives - occupied, busyUntil) + duration, arrives);
        occupied = Math.Max(duration, occupied);
        return busyUntil;
    }
}
