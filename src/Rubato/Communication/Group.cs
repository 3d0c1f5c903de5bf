using System.Runtime.CompilerServices;

namespace Rubato.Communication;

/// <summary>The members of a communicator and what all communicators of the same members on one transport share: context and sequence.</summary>
internal sealed class Group
{
    // One book of groups a transport: two communicators of the same members must not count their collectives apart,
    // or the first collective of one would meet the first of the other.
    private static readonly ConditionalWeakTable<ITransport, Dictionary<int, Group>> Books = [];

    // Null where members follow each other: thousands of ranks in one process must not each keep a table of all of them.
    private readonly Dictionary<int, int>? _ranks;
    private int _sequence;

    private Group(ITransport transport, IReadOnlyList<int> members, int context)
    {
        Members = members;
        Context = context;
        _ranks = members is EndpointRange ? null : [];
        for (int rank = 0; rank < members.Count; rank += _ranks is null && rank == 0 && members.Count > 1 ? members.Count - 1 : 1)
        {
            int endpoint = members[rank];
            if (endpoint < 0 || endpoint >= transport.WorldSize)
                throw new ArgumentException($"Member {rank} is endpoint {endpoint}, but this world has the endpoints 0 to {transport.WorldSize - 1}.", nameof(members));
            if (_ranks?.TryAdd(endpoint, rank) == false)
                throw new ArgumentException($"Endpoint {endpoint} stands twice among the members. Name each member once.", nameof(members));
        }
        if (!Contains(transport.Rank))
            throw new ArgumentException($"Endpoint {transport.Rank} is not among the members [{string.Join(", ", members)}]. Only members may make a communicator.", nameof(members));
        Rank = RankOf(transport.Rank);
    }

    /// <summary>Endpoint numbers in the group's rank order.</summary>
    public IReadOnlyList<int> Members { get; }

    /// <summary>This endpoint's rank in the group.</summary>
    public int Rank { get; }

    /// <summary>The number of members.</summary>
    public int Size => Members.Count;

    /// <summary>Equal on all members, a hash of the member list; never negative.</summary>
    public int Context { get; }

    /// <summary>Whether it is made for one occasion only, and never comes again.</summary>
    public bool IsForOnce { get; private init; }

    /// <summary>The group of these members on this transport: always the same object.</summary>
    public static Group Of(ITransport transport, IReadOnlyList<int> members)
    {
        IReadOnlyList<int> list = members as EndpointRange ?? EndpointRange.Of(members) ?? (IReadOnlyList<int>)members.ToArray();
        Dictionary<int, Group> book = Books.GetOrCreateValue(transport);
        int context = ContextOf(list);
        if (!book.TryGetValue(context, out Group? group))
        {
            group = new Group(transport, list, context);
            book.Add(context, group);
        }
        // One pair of groups in two thousand million; it must not end in crossed messages.
        return (list is EndpointRange range ? range.Equals(group.Members) : list.SequenceEqual(group.Members)) ? group : throw new InvalidOperationException(
            $"The groups [{string.Join(", ", list)}] and [{string.Join(", ", group.Members)}] share context {context}. Order the members of one of them differently.");
    }

    /// <summary>A group that counts its collectives for itself and is kept by nobody; its context is told by its members and the occasion.</summary>
    public static Group Once(ITransport transport, IReadOnlyList<int> members, long occasion) =>
        new(transport, members, ContextOf([.. members, (int)occasion, (int)(occasion >> 32), -2])) { IsForOnce = true };

    /// <summary>Whether an endpoint is a member.</summary>
    public bool Contains(int endpoint) => _ranks?.ContainsKey(endpoint) ?? ((EndpointRange)Members).Contains(endpoint);

    /// <summary>The rank of a member's endpoint.</summary>
    public int RankOf(int endpoint) => _ranks?[endpoint] ?? endpoint - Members[0];

    /// <summary>The next collective's place in the order. Tags of collectives are negative, those of messages are not.</summary>
    public MessageTag NextCollective() => new(Context, ~(_sequence++ & int.MaxValue));

    // FNV-1a over the member list, length included; cut to 31 bits, since negative contexts are reserved.
    // A range of endpoints is told by its ends.
    private static int ContextOf(IReadOnlyList<int> members)
    {
        uint hash = 2166136261;
        IEnumerable<int> values = members is EndpointRange { Count: > 0 } ? [-1, members[0], members[^1]] : members;
        foreach (int value in values.Prepend(members.Count))
            for (int shift = 0; shift < 32; shift += 8)
                hash = (hash ^ ((uint)value >> shift & 0xFF)) * 16777619;
        hash ^= hash >> 15;
        hash *= 0x85EBCA6B;
        hash ^= hash >> 13;
        return (int)(hash & int.MaxValue);
    }
}
