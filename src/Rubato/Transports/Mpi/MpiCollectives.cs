using Rubato.Communication;

namespace Rubato.Transports.Mpi;

/// <summary>MPI's own collectives for one endpoint.</summary>
/// <remarks>
/// <para>The group of all workers has a communicator from the start. Another group gets one when it has used a few collectives, so that groups which
/// strategies draw by chance do not use them up; until then, for groups that are made for one occasion, and where it cannot have one, its collectives are done
/// by messages over MPI.</para>
/// <para>In deterministic mode sums are formed in rank order, so they have the bits of every other world. Sums of <c>--deterministic false</c>
/// are the library's own, whose order it does not tell.</para>
/// <para>Ranks that disagree about a collective are not found out as they are in other worlds: MPI leaves that undefined.
/// Traffic is counted as the messages of the deterministic algorithms would have been.</para>
/// </remarks>
internal sealed class MpiCollectives(MpiNetwork network, MpiTransport transport, MpiMessages messages) : ICollectiveEngine
{
    // Collectives of a group before it asks for a communicator.
    private const int FirstUses = 2;

    private static readonly CommunicatorOptions
        InRankOrder = new() { Deterministic = true, Timeout = TimeSpan.FromDays(20) },
        InAnyOrder = new() { Deterministic = false, Timeout = TimeSpan.FromDays(20) };

    private readonly Dictionary<int, GroupUse> _groups = [];

    /// <inheritdoc/>
    public bool Offers(CollectiveKind kind, int size, int length, bool deterministic) => network.Workers is not null
        && kind is CollectiveKind.AllReduce or CollectiveKind.ReduceScatter or CollectiveKind.AllGather or CollectiveKind.Broadcast or CollectiveKind.Barrier;

    /// <inheritdoc/>
    public ValueTask RunAsync(WholeCollective collective, CancellationToken cancellation)
    {
        if (network.Workers!.Are(collective.Members)) return RunAsync(network.Workers.Channel!, collective, cancellation);
        if (collective.IsForOnce) return RunByMessagesAsync(collective, cancellation);
        if (!_groups.TryGetValue(collective.Tag.Context, out GroupUse? use))
            _groups.Add(collective.Tag.Context, use = new GroupUse(network.Layout.RanksOf(collective.Members)));
        if (use.Channel is { } channel) return RunAsync(channel, collective, cancellation);
        if (use.IsSettled || use.Uses++ < FirstUses) return RunByMessagesAsync(collective, cancellation);
        // Collectives of a group are begun in the order of their calls, so those that come meanwhile stand in a row.
        var turn = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        use.Waiting.Enqueue(() => turn.TrySetResult(BeginAsync(use, collective, cancellation)));
        if (use.Waiting.Count == 1) Settle(use, collective.Tag.Context);
        return AwaitTurnAsync(turn.Task, cancellation);
    }

    private async void Settle(GroupUse use, int context)
    {
        try
        {
            use.Channel = await network.Groups.WantAsync(context, use.Ranks!);
        }
        catch (MpiException)
        {
            // The library has failed: messages fail likewise, each with its own words.
            use.Channel = null;
        }
        use.IsSettled = true;
        while (use.Waiting.TryDequeue(out Action? begin)) begin();
    }

    private async Task BeginAsync(GroupUse use, WholeCollective collective, CancellationToken cancellation)
    {
        if (use.Channel is { } channel) await RunAsync(channel, collective, cancellation);
        else await RunByMessagesAsync(collective, cancellation);
    }

    private static async ValueTask AwaitTurnAsync(Task<Task> turn, CancellationToken cancellation) => await await turn.WaitAsync(cancellation);

    private ValueTask RunAsync(MpiChannel channel, WholeCollective collective, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        CollectiveCost cost = collective.Cost;
        transport.Traffic.Count(collective.Tag, cost.Messages, cost.Bytes);
        var call = new MpiCall(channel, collective);
        channel.Begin(call, transport.Time);
        if (!call.Task.IsCompletedSuccessfully) return AwaitAsync(call, cancellation);
        call.Finish();
        return default;
    }

    private static async ValueTask AwaitAsync(MpiCall call, CancellationToken cancellation)
    {
        await using CancellationTokenRegistration registration = cancellation.UnsafeRegister(
            static (state, token) => ((MpiCall)state!).TrySetCanceled(token), call);
        await call.Task;
        call.Finish();
    }

    private ValueTask RunByMessagesAsync(WholeCollective collective, CancellationToken cancellation)
    {
        CommunicatorOptions options = collective.Deterministic ? InRankOrder : InAnyOrder;
        Communicator group = collective.IsForOnce
            ? new Communicator(messages, Group.Once(messages, collective.Members, ((long)collective.Tag.Context << 32) | (uint)collective.Tag.Value), options)
            : new Communicator(messages, collective.Members, options);
        return collective.Kind switch
        {
            CollectiveKind.AllReduce => group.AllReduceAsync(collective.Vector, collective.Operation, cancellation),
            CollectiveKind.ReduceScatter => group.ReduceScatterAsync(collective.Vector, collective.Operation, cancellation),
            CollectiveKind.AllGather => group.AllGatherAsync(collective.Vector, cancellation),
            CollectiveKind.Broadcast => group.BroadcastAsync(collective.Vector, collective.Root, cancellation),
            _ => group.BarrierAsync(cancellation),
        };
    }

    /// <summary>What this endpoint knows of a group. Groups two of whose members share a rank stay with messages.</summary>
    private sealed class GroupUse(int[]? ranks)
    {
        public int[]? Ranks => ranks;

        public int Uses { get; set; }

        public bool IsSettled { get; set; } = ranks is null;

        public MpiChannel? Channel { get; set; }

        public Queue<Action> Waiting { get; } = new();
    }
}
