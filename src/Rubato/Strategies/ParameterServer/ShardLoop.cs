using Rubato.Communication;

namespace Rubato.Strategies.ParameterServer;

/// <summary>Serves one shard of the model.</summary>
/// <remarks>
/// Where shards might decide differently (which N of N + b gradients are taken, whether one is too stale), the lead shard (server 0) decides
/// for all, so that models are taken or dropped whole. A following shard tells the lead which requests it holds and carries out the lead's
/// decisions in the lead's order; the lead counts a request as come only when every shard holds it, so a decision never waits for a
/// worker that died half-way. Cost: 28 bytes to the lead a request and shard, and as few again a decision.
/// </remarks>
internal class ShardLoop : RequestLoop
{
    private readonly ParameterShard _shard;
    private readonly int _shards;
    private readonly bool _agrees;
    private readonly SortedDictionary<int, int> _holders = [];
    private bool _endHeard;

    /// <summary>Creates the loop of shard <c>server.Index</c> of <paramref name="shards"/>.</summary>
    /// <param name="server">The surroundings.</param>
    /// <param name="policy">Decides.</param>
    /// <param name="clients">The ranks of the world that are served.</param>
    /// <param name="shard">This server's range.</param>
    /// <param name="shards">Servers that share the vector.</param>
    /// <param name="reports">Whether clients are workers, whose gradients the lead writes into the ledger.</param>
    public ShardLoop(Server server, UpdatePolicy policy, IReadOnlyList<int> clients, ParameterShard shard, int shards, bool reports)
        : base(server, policy, clients, reports && server.Index == 0)
    {
        _shard = shard;
        _shards = shards;
        _agrees = shards > 1 && policy.NeedsAgreement;
    }

    /// <inheritdoc/>
    protected override long Version => _shard.Version;

    /// <inheritdoc/>
    protected override ReadOnlySpan<float> Parameters => _shard.Parameters;

    /// <inheritdoc/>
    protected override bool Ended => Follows ? _endHeard : base.Ended;

    private bool Leads => _agrees && Server.Index == 0;

    private bool Follows => _agrees && Server.Index > 0;

    /// <inheritdoc/>
    protected override ValueTask ApplyAsync(IReadOnlyList<int> clients, CancellationToken cancellation)
    {
        long version = Version;
        if (clients.Count == 1)
        {
            Request only = RequestOf(clients[0]);
            _shard.Apply(only.Gradient, only.Header.Samples, _shard.SamplesApplied);
        }
        else
        {
            int samples = 0;
            for (int position = 0; position < clients.Count; position++)
            {
                Request request = RequestOf(clients[position]);
                _shard.Accumulate(request.Gradient, position);
                samples += request.Header.Samples;
            }
            _shard.ApplyMean(clients.Count, samples);
        }
        foreach (int client in clients) Applied(client, Staleness(client, version));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override void ApplyEach(IReadOnlyList<int> clients)
    {
        long position = _shard.SamplesApplied;
        foreach (int client in clients)
        {
            long version = Version;
            Request request = RequestOf(client);
            _shard.Apply(request.Gradient, request.Header.Samples, position);
            Applied(client, Staleness(client, version));
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask RequestedAsync(int client, CancellationToken cancellation)
    {
        if (Follows) Tell(Server.WorkerCount, new MessageHeader(MessageKind.Held), [client], cancellation);
        else if (Leads) await HeldAsync(client, cancellation);
        else await ArriveAsync(client, cancellation);
    }

    /// <inheritdoc/>
    protected override async ValueTask OtherAsync(int source, MessageHeader header, Message message, CancellationToken cancellation)
    {
        int[] clients = MessageHeader.Numbers(message.Payload.Span).ToArray();
        switch (header.Kind)
        {
            case MessageKind.Held when Leads && clients.Length == 1:
                await HeldAsync(clients[0], cancellation);
                break;
            case MessageKind.Decision when Follows:
                await CarryOutAsync(new Decision((DecisionKind)header.Extra, clients, header.Status), cancellation);
                break;
            case MessageKind.End when Follows:
                _endHeard = true;
                break;
            default:
                await base.OtherAsync(source, header, message, cancellation);
                break;
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask CarryOutAsync(Decision decision, CancellationToken cancellation)
    {
        if (Leads)
        {
            if (decision.Kind == DecisionKind.Release)
                foreach (int client in decision.Clients) _holders.Remove(client);
            TellFollowers(new MessageHeader(MessageKind.Decision, decision.Status, Extra: (int)decision.Kind), decision.Clients, cancellation);
        }
        await base.CarryOutAsync(decision, cancellation);
    }

    /// <inheritdoc/>
    protected override async ValueTask LoseAsync(int rank, CancellationToken cancellation)
    {
        await base.LoseAsync(rank, cancellation);
        _holders.Remove(rank);
    }

    /// <inheritdoc/>
    protected override async ValueTask RemoveAsync(int client, bool lost, CancellationToken cancellation)
    {
        // A follower keeps what a lost worker pushed: the lead may have decided to take it.
        if (Follows) Live.Remove(client);
        else await base.RemoveAsync(client, lost, cancellation);
    }

    /// <inheritdoc/>
    protected override ValueTask StopAsync(CancellationToken cancellation) =>
        Follows ? ValueTask.CompletedTask : base.StopAsync(cancellation);

    /// <inheritdoc/>
    protected override ValueTask CloseAsync(CancellationToken cancellation)
    {
        if (Leads) TellFollowers(new MessageHeader(MessageKind.End), [], cancellation);
        return ValueTask.CompletedTask;
    }

    private static int Bounded(long staleness) => (int)Math.Min(staleness, int.MaxValue);

    private int Staleness(int client, long version) => Bounded(version - RequestOf(client).Header.Version);

    // A request counts as come when the lead and all followers hold it.
    private async ValueTask HeldAsync(int client, CancellationToken cancellation)
    {
        if (!Live.Contains(client)) return;
        _holders.TryGetValue(client, out int holders);
        _holders[client] = ++holders;
        if (holders == _shards) await ArriveAsync(client, cancellation);
    }

    private void TellFollowers(MessageHeader header, int[] clients, CancellationToken cancellation)
    {
        for (int shard = 1; shard < _shards; shard++) Tell(Server.WorkerCount + shard, header, clients, cancellation);
    }

    /// <summary>Sends rank numbers to another server.</summary>
    private void Tell(int rank, MessageHeader header, int[] clients, CancellationToken cancellation)
    {
        Parcel parcel = Parcel.Of(header, clients);
        Outbox.Post(rank, ServerTags.Requests, parcel, cancellation);
        parcel.Release();
    }
}
