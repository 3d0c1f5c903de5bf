using System.Runtime.ExceptionServices;

namespace Rubato.Communication;

/// <summary>Collectives over any transport, message by message.</summary>
/// <remarks>
/// <para>Belongs to one rank and is used from that rank's event loop only. A collective takes its place in the order when it is called, so
/// several may be under way. Communicators of the same members over the same transport share their order.</para>
/// <para>An operation fails with <see cref="PeerLostException"/> as soon as any member of the group is lost, with
/// <see cref="CommunicationTimeoutException"/> at its deadline, and with <see cref="CollectiveMismatchException"/> if members called
/// different collectives. After a failed collective the group's vectors are undefined and its order may be out of step: rebuild it from the survivors.</para>
/// </remarks>
public sealed class Communicator : ICommunicator
{
    /// <summary>The context of the conductor's control traffic, which is counted apart.</summary>
    public const int ControlContext = -1;

    /// <summary>Up to so many floats, recursive doubling beats the ring where order is free: latency outweighs bytes.</summary>
    internal const int SmallFloats = 4 * 1024;

    private readonly ITransport _transport;
    private readonly Group _group;
    private readonly CommunicatorOptions _options;
    private readonly Dictionary<Group, Communicator> _subgroups = [];

    /// <summary>Creates the communicator of some endpoints; costs no message.</summary>
    /// <param name="transport">This endpoint's transport; stays its owner's.</param>
    /// <param name="members">Endpoint numbers in the group's rank order, this endpoint among them; equal on all members.</param>
    /// <param name="options">Deadline and determinism; equal on all members.</param>
    /// <exception cref="ArgumentException">A member does not exist or stands twice, or this endpoint is not one.</exception>
    public Communicator(ITransport transport, IReadOnlyList<int> members, CommunicatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(options);
        (_transport, _group, _options) = (transport, Group.Of(transport, members), options);
    }

    internal Communicator(ITransport transport, Group group, CommunicatorOptions options) =>
        (_transport, _group, _options) = (transport, group, options);

    /// <inheritdoc/>
    public int Rank => _group.Rank;

    /// <inheritdoc/>
    public int Size => _group.Size;

    /// <inheritdoc/>
    public ValueTask SendAsync(int destination, int tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        CheckRank(destination, nameof(destination));
        CheckTag(tag);
        return SendCoreAsync(_group.Members[destination], tag, payload, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask<Message> ReceiveAsync(int source, int tag, CancellationToken cancellation)
    {
        if (source != Endpoints.Any) CheckRank(source, nameof(source));
        CheckTag(tag);
        return ReceiveCoreAsync(source == Endpoints.Any ? source : _group.Members[source], tag, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask AllReduceAsync(Memory<float> vector, ReduceOperation operation, CancellationToken cancellation)
    {
        CheckOperation(operation);
        if (Size == 1 || vector.IsEmpty) return default;
        CollectiveCall call = Begin("all-reduce", new CallStamp(CollectiveKind.AllReduce, (int)operation, vector.Length), cancellation);
        return CompleteAsync(call, IsWhole(CollectiveKind.AllReduce, vector.Length) ? call.RunWholeAsync(operation, 0, vector, _options.Deterministic)
            : _options.Deterministic ? DirectAllReduce.RunAsync(call, vector, operation)
            : vector.Length <= SmallFloats ? RecursiveDoublingAllReduce.RunAsync(call, vector, operation)
            : RingAllReduce.RunAsync(call, vector, operation));
    }

    /// <inheritdoc/>
    public ValueTask ReduceScatterAsync(Memory<float> vector, ReduceOperation operation, CancellationToken cancellation)
    {
        CheckOperation(operation);
        if (Size == 1 || vector.IsEmpty) return default;
        CollectiveCall call = Begin("reduce-scatter", new CallStamp(CollectiveKind.ReduceScatter, (int)operation, vector.Length), cancellation);
        return CompleteAsync(call, IsWhole(CollectiveKind.ReduceScatter, vector.Length) ? call.RunWholeAsync(operation, 0, vector, _options.Deterministic)
            : DirectReduceScatter.RunAsync(call, vector, operation));
    }

    /// <inheritdoc/>
    public ValueTask AllGatherAsync(Memory<float> vector, CancellationToken cancellation)
    {
        if (Size == 1 || vector.IsEmpty) return default;
        CollectiveCall call = Begin("all-gather", new CallStamp(CollectiveKind.AllGather, 0, vector.Length), cancellation);
        return CompleteAsync(call, IsWhole(CollectiveKind.AllGather, vector.Length) ? call.RunWholeAsync(default, 0, vector, _options.Deterministic)
            : DirectAllGather.RunAsync(call, vector));
    }

    /// <inheritdoc/>
    public ValueTask BroadcastAsync(Memory<float> vector, int root, CancellationToken cancellation)
    {
        CheckRank(root, nameof(root));
        if (Size == 1 || vector.IsEmpty) return default;
        CollectiveCall call = Begin("broadcast", new CallStamp(CollectiveKind.Broadcast, root, vector.Length), cancellation);
        return CompleteAsync(call, IsWhole(CollectiveKind.Broadcast, vector.Length) ? call.RunWholeAsync(default, root, vector, _options.Deterministic)
            : BinomialBroadcast.RunAsync(call, vector, root));
    }

    /// <inheritdoc/>
    public ValueTask GatherAsync(ReadOnlyMemory<float> own, Memory<float> all, int root, CancellationToken cancellation)
    {
        CheckRank(root, nameof(root));
        if (Rank == root) CheckWhole(all.Length, own.Length);
        if (own.IsEmpty) return default;
        if (Size == 1)
        {
            own.CopyTo(all);
            return default;
        }
        CollectiveCall call = Begin("gather", new CallStamp(CollectiveKind.Gather, root, own.Length), cancellation);
        return CompleteAsync(call, LinearGather.RunAsync(call, own, all, root));
    }

    /// <inheritdoc/>
    public ValueTask ScatterAsync(ReadOnlyMemory<float> all, Memory<float> own, int root, CancellationToken cancellation)
    {
        CheckRank(root, nameof(root));
        if (Rank == root) CheckWhole(all.Length, own.Length);
        if (own.IsEmpty) return default;
        if (Size == 1)
        {
            all.CopyTo(own);
            return default;
        }
        CollectiveCall call = Begin("scatter", new CallStamp(CollectiveKind.Scatter, root, own.Length), cancellation);
        return CompleteAsync(call, LinearScatter.RunAsync(call, all, own, root));
    }

    /// <inheritdoc/>
    public ValueTask BarrierAsync(CancellationToken cancellation)
    {
        if (Size == 1) return default;
        CollectiveCall call = Begin("barrier", new CallStamp(CollectiveKind.Barrier, 0, 0), cancellation);
        return CompleteAsync(call, IsWhole(CollectiveKind.Barrier, 0) ? call.RunWholeAsync(default, 0, default, _options.Deterministic)
            : DisseminationBarrier.RunAsync(call));
    }

    /// <inheritdoc/>
    public ICommunicator Subgroup(IReadOnlyList<int> ranks)
    {
        Group group = Group.Of(_transport, EndpointsOf(ranks));
        if (!_subgroups.TryGetValue(group, out Communicator? subgroup))
            _subgroups.Add(group, subgroup = new Communicator(_transport, group, _options));
        return subgroup;
    }

    /// <inheritdoc/>
    public ICommunicator Subgroup(IReadOnlyList<int> ranks, long occasion) =>
        new Communicator(_transport, Group.Once(_transport, EndpointsOf(ranks), occasion), _options);

    private int[] EndpointsOf(IReadOnlyList<int> ranks)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        foreach (int rank in ranks) CheckRank(rank, nameof(ranks));
        return [.. ranks.Select(rank => _group.Members[rank])];
    }

    private CollectiveCall Begin(string name, CallStamp stamp, CancellationToken cancellation)
    {
        var call = new CollectiveCall(_transport, _group, stamp, name, _options.Timeout, cancellation);
        bool hasRoot = stamp.Kind is CollectiveKind.Broadcast or CollectiveKind.Gather or CollectiveKind.Scatter;
        _options.Observer?.Entered(call.Tag, stamp.Kind, hasRoot && stamp.Detail == Rank, Size);
        return call;
    }

    // Whether the world itself does the collective, in place of messages.
    private bool IsWhole(CollectiveKind kind, int length) => _transport.Collectives?.Offers(kind, Size, length, _options.Deterministic) == true;

    private static async ValueTask CompleteAsync(CollectiveCall call, ValueTask work)
    {
        using (call)
        {
            Exception failure;
            try
            {
                await work;
                await call.FlushAsync();
                return;
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }
            Exception explained = await call.AbandonAsync(failure);
            if (explained == failure) ExceptionDispatchInfo.Throw(failure);
            throw explained;
        }
    }

    private async ValueTask SendCoreAsync(int endpoint, int tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        using var deadline = new OperationDeadline(_transport, null, $"send of a message with tag {tag}", _options.Timeout, cancellation);
        try
        {
            await _transport.SendAsync(endpoint, new MessageTag(_group.Context, tag), payload, deadline.Token);
        }
        catch (Exception failure) when (failure is CommunicationException or OperationCanceledException)
        {
            throw deadline.Explain(failure, endpoint);
        }
    }

    private async ValueTask<Message> ReceiveCoreAsync(int endpoint, int tag, CancellationToken cancellation)
    {
        using var deadline = new OperationDeadline(_transport, null, $"receive of a message with tag {tag}", _options.Timeout, cancellation);
        try
        {
            if (endpoint == Endpoints.Any) _options.Observer?.Waiting();
            Message message = await _transport.ReceiveAsync(endpoint, new MessageTag(_group.Context, tag), deadline.Token);
            if (endpoint == Endpoints.Any) _options.Observer?.Waited();
            return message.Renumber(_group.RankOf(message.Source));
        }
        catch (Exception failure) when (failure is CommunicationException or OperationCanceledException)
        {
            throw deadline.Explain(failure, endpoint);
        }
    }

    private void CheckRank(int rank, string name)
    {
        if ((uint)rank >= (uint)Size)
            throw new ArgumentOutOfRangeException(name, rank, $"Rank {rank} is not in this group, which has the ranks 0 to {Size - 1}.");
    }

    private static void CheckTag(int tag)
    {
        if (tag < 0) throw new ArgumentOutOfRangeException(nameof(tag), tag, $"The tag is {tag}, but tags of messages are 0 or more; collectives use the others.");
    }

    private static void CheckOperation(ReduceOperation operation)
    {
        if (!Enum.IsDefined(operation)) throw new ArgumentOutOfRangeException(nameof(operation), operation, $"There is no reduction {(int)operation}.");
    }

    private void CheckWhole(int all, int own)
    {
        if (all != (long)own * Size)
            throw new ArgumentException($"The root's vector has {all} floats, but {Size} ranks with {own} each make {(long)own * Size}.", nameof(all));
    }
}
