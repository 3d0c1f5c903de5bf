using System.Runtime.CompilerServices;

namespace Rubato.Communication;

/// <summary>The members of a communicator and what all communicators of the same members on one transport share: context and sequence.</summary>
internal sealed class Group
{
    // One book of groups a transport: two communicators of the same members must not count their collectives apart,
    // or the first collective of one would meet the first of the other.
    private static readonly ConditionalWeakTable<ITransport, Dictionary<int, Group>> Books = [];

    private readonly Dictionary<int, int> _ranks = [];
    private int _sequence;

    private Group(ITransport transport, int[] members, int context)
    {
        Members = members;
        Context = context;
        for (int rank = 0; rank < members.Length; rank++)
        {
            int endpoint = members[rank];
            if (endpoint < 0 || endpoint >= transport.WorldSize)
                throw new ArgumentException($"Member {rank} is endpoint {endpoint}, but this world has the endpoints 0 to {transport.WorldSize - 1}.", nameof(members));
            if (!_ranks.TryAdd(endpoint, rank))
                throw new ArgumentException($"Endpoint {endpoint} stands twice among the members. Name each member once.", nameof(members));
        }
        if (!_ranks.TryGetValue(transport.Rank, out int own))
            throw new ArgumentException($"Endpoint {transport.Rank} is not among the members [{string.Join(", ", members)}]. Only members may make a communicator.", nameof(members));
        Rank = own;
    }

    /// <summary>Endpoint numbers in the group's rank order.</summary>
    public int[] Members { get; }

    /// <summary>This endpoint's rank in the group.</summary>
    public int Rank { get; }

    /// <summary>The number of members.</summary>
    public int Size => Members.Length;

    /// <summary>Equal on all members, a hash of the member list; never negative.</summary>
    public int Context { get; }

    /// <summary>The group of these members on this transport: always the same object.</summary>
    public static Group Of(ITransport transport, IReadOnlyList<int> members)
    {
        int[] list = [.. members];
        Dictionary<int, Group> book = Books.GetOrCreateValue(transport);
        int context = ContextOf(list);
        if (!book.TryGetValue(context, out Group? group))
        {
            group = new Group(transport, list, context);
            book.Add(context, group);
        }
        // One pair of groups in two thousand million; it must not end in crossed messages.
        return group.Members.AsSpan().SequenceEqual(list) ? group : throw new InvalidOperationException(
            $"The groups [{string.Join(", ", list)}] and [{string.Join(", ", group.Members)}] share context {context}. Order the members of one of them differently.");
    }

    /// <summary>Whether an endpoint is a member.</summary>
    public bool Contains(int endpoint) => _ranks.ContainsKey(endpoint);

    /// <summary>The rank of a member's endpoint.</summary>
    public int RankOf(int endpoint) => _ranks[endpoint];

    /// <summary>The next collective's place in the order. Tags of collectives are negative, those of messages are not.</summary>
    public MessageTag NextCollective() => new(Context, ~(_sequence++ & int.MaxValue));

    // FNV-1a over the member list, length included; cut to 31 bits, since negative contexts are reserved.
    private static int ContextOf(int[] members)
    {
        uint hash = 2166136261;
        foreach (int value in (ReadOnlySpan<int>)[members.Length, .. members])
            for (int shift = 0; shift < 32; shift += 8)
                hash = (hash ^ ((uint)value >> shift & 0xFF)) * 16777619;
        hash ^= hash >> 15;
        hash *= 0x85EBCA6B;
        hash ^= hash >> 13;
        return (int)(hash & int.MaxValue);
    }
}
