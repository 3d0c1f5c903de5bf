using System.Numerics;
using Rubato.Communication;
using Rubato.Simulation;

namespace Rubato.Transports.Simulated;

/// <summary>Collectives of large groups by the cost formula of the algorithm that would have sent the messages: the same result and traffic, two events a rank.</summary>
/// <remarks>
/// <para>A collective begins to be reckoned when its last member has called it, at R, and ends for all of them at R + steps · latency + transfer, where
/// the transfer is what the busiest link carries: the member's own link, or what a site's members share. Sums are formed in rank order, so
/// the bits are those of the messages.</para>
/// <para>Stated error, against messages on idle links: none in the direct all-reduce when all members begin together; otherwise at most one
/// half of the transfer, since messages of early members are on their way before R. Other traffic on the links at the same time is not seen.</para>
/// </remarks>
internal sealed class SimulatedCollectives(SimulatedNetwork network, int formulaFrom) : ICollectiveEngine
{
    private readonly Dictionary<MessageTag, Meeting> _meetings = [];

    public bool Offers(CollectiveKind kind, int size, int length, bool deterministic) =>
        deterministic && size >= formulaFrom
        && kind is CollectiveKind.AllReduce or CollectiveKind.ReduceScatter or CollectiveKind.AllGather or CollectiveKind.Broadcast or CollectiveKind.Barrier;

    public async ValueTask RunAsync(WholeCollective collective, CancellationToken cancellation)
    {
        if (!_meetings.TryGetValue(collective.Tag, out Meeting? meeting))
            _meetings.Add(collective.Tag, meeting = new Meeting(collective.Members.Count));
        Task done = meeting.Join(collective);
        CollectiveCost cost = collective.Cost;
        network.TransportOf(collective.Members[collective.Rank]).Traffic.Count(collective.Tag, cost.Messages, cost.Bytes);
        if (meeting.IsComplete)
        {
            _meetings.Remove(collective.Tag);
            meeting.Reduce();
            long end = network.Loop.Now + Duration(collective);
            foreach (WholeCollective member in meeting.Calls)
            {
                SimulatedRank rank = network.Loop.Ranks[member.Members[member.Rank]];
                network.Loop.At(end, rank, () => Finish(meeting, member));
            }
        }
        try
        {
            await done.WaitAsync(cancellation);
        }
        catch (OperationCanceledException) when (!meeting.IsComplete)
        {
            collective.WaitedFor = collective.Members[meeting.FirstAbsent];
            throw;
        }
    }

    private void Finish(Meeting meeting, WholeCollective member)
    {
        network.Loop.Trace.Add(network.Loop.Now, ((ulong)(uint)member.Members[member.Rank] << 32) ^ (ulong)(uint)member.Tag.Value);
        meeting.Finish(member.Rank);
    }

    private long Duration(WholeCollective call)
    {
        (int size, int length) = (call.Members.Count, call.Vector.Length);
        long whole = sizeof(float) * (long)length + CallStamp.Size;
        long part = (whole + size - 1) / size + CallStamp.Size;
        return call.Kind switch
        {
            CollectiveKind.AllReduce => 2 * Exchange(call.Members, part),
            CollectiveKind.ReduceScatter or CollectiveKind.AllGather => Exchange(call.Members, part),
            CollectiveKind.Broadcast => Depth(size) * (network.Map.Node.TicksOf(whole) + MostLatency(call.Members)),
            _ => Depth(size) * (network.Map.Node.TicksOf(CallStamp.Size) + MostLatency(call.Members)),
        };
    }

    private static int Depth(int size) => BitOperations.Log2((uint)size - 1) + 1;

    // Every member sends every other one a part.
    private long Exchange(IReadOnlyList<int> members, long part)
    {
        NetworkMap map = network.Map;
        long transfer = map.Node.TicksOf((members.Count - 1) * part);
        if (map.Names.Count > 1)
        {
            long[] inside = new long[map.Names.Count];
            foreach (int member in members) inside[map.SiteOf(member)]++;
            for (int site = 0; site < inside.Length; site++)
            {
                transfer = Math.Max(transfer, map.Uplink(site).TicksOf(inside[site] * (members.Count - inside[site]) * part));
                for (int other = 0; other < inside.Length; other++)
                    if (other != site) transfer = Math.Max(transfer, map.Line(site, other).TicksOf(inside[site] * inside[other] * part));
            }
        }
        return transfer + MostLatency(members);
    }

    private long MostLatency(IReadOnlyList<int> members)
    {
        NetworkMap map = network.Map;
        if (map.Names.Count == 1) return map.Node.Latency.Ticks;
        var first = new SortedDictionary<int, int>();
        foreach (int member in members) first.TryAdd(map.SiteOf(member), member);
        return first.Values.Max(from => first.Values.Max(to => map.LatencyBetween(from, to).Ticks));
    }

    /// <summary>The calls of one collective's members, until all have come.</summary>
    private sealed class Meeting(int size)
    {
        private readonly WholeCollective?[] _calls = new WholeCollective?[size];
        private readonly TaskCompletionSource[] _done = new TaskCompletionSource[size];
        private WholeCollective? _first;
        private int _come;

        public bool IsComplete => _come == size;

        public int FirstAbsent => Array.IndexOf(_calls, null);

        public IEnumerable<WholeCollective> Calls => _calls!;

        public Task Join(WholeCollective call)
        {
            _first ??= call;
            if (Stamp(_first) != Stamp(call)) throw new CollectiveMismatchException(_first.Members[_first.Rank], Stamp(_first), Stamp(call));
            _calls[call.Rank] = call;
            _come++;
            return (_done[call.Rank] = new TaskCompletionSource()).Task;
        }

        public void Finish(int rank) => _done[rank].TrySetResult();

        public void Reduce()
        {
            WholeCollective first = _calls[0]!;
            int length = first.Vector.Length;
            switch (first.Kind)
            {
                case CollectiveKind.AllReduce:
                    var sum = new float[length];
                    for (int rank = 0; rank < size; rank++) Reduction.Accumulate(first.Operation, sum, _calls[rank]!.Vector.Span, rank);
                    Reduction.Finish(first.Operation, sum, size);
                    foreach (WholeCollective? call in _calls) sum.CopyTo(call!.Vector);
                    break;
                case CollectiveKind.ReduceScatter:
                    for (int owner = 0; owner < size; owner++) ReduceChunk(first.Operation, owner, Chunks.Of(owner, size, length));
                    break;
                case CollectiveKind.AllGather:
                    var all = new float[length];
                    for (int owner = 0; owner < size; owner++)
                        _calls[owner]!.Vector[Chunks.Of(owner, size, length)].CopyTo(all.AsMemory(Chunks.Of(owner, size, length)));
                    foreach (WholeCollective? call in _calls) all.CopyTo(call!.Vector);
                    break;
                case CollectiveKind.Broadcast:
                    foreach (WholeCollective? call in _calls)
                        if (call!.Rank != first.Root) _calls[first.Root]!.Vector.CopyTo(call.Vector);
                    break;
            }
        }

        private void ReduceChunk(ReduceOperation operation, int owner, Range chunk)
        {
            (_, int count) = chunk.GetOffsetAndLength(_calls[owner]!.Vector.Length);
            var sum = new float[count];
            for (int rank = 0; rank < size; rank++) Reduction.Accumulate(operation, sum, _calls[rank]!.Vector.Span[chunk], rank);
            Reduction.Finish(operation, sum, size);
            sum.CopyTo(_calls[owner]!.Vector.Span[chunk]);
        }

        private static CallStamp Stamp(WholeCollective call) => new(
            call.Kind, call.Kind == CollectiveKind.Broadcast ? call.Root : (int)call.Operation, call.Vector.Length);
    }
}
