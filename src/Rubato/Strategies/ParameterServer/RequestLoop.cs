using Rubato.Communication;

namespace Rubato.Strategies.ParameterServer;

/// <summary>The life of a server: take the next request, ask the policy, carry out what it decides, until every client is gone.</summary>
/// <remarks>Derived classes say what applying means and what is in a reply. One object serves one run.</remarks>
internal abstract class RequestLoop
{
    private readonly SortedDictionary<int, Request> _requests = [];
    private readonly SortedSet<int> _live;
    private readonly bool _reports;
    private readonly List<Decision> _decisions = [];
    private Inbox? _inbox;

    /// <summary>Creates the loop; nothing is received before <see cref="RunAsync"/>.</summary>
    /// <param name="server">The surroundings.</param>
    /// <param name="policy">Decides; owned by the caller, whose state it is.</param>
    /// <param name="clients">The ranks of the world that are served.</param>
    /// <param name="reports">Whether this server writes the ledger.</param>
    protected RequestLoop(Server server, UpdatePolicy policy, IReadOnlyList<int> clients, bool reports)
    {
        Server = server;
        Policy = policy;
        _live = [.. clients];
        _reports = reports;
        Outbox = new Outbox(server.World, server.WorkerCount, rank => _inbox?.ReportLost(rank));
    }

    /// <summary>The surroundings.</summary>
    protected Server Server { get; }

    /// <summary>What decides; may be exchanged between two requests.</summary>
    protected UpdatePolicy Policy { get; set; }

    /// <summary>Sends in the background.</summary>
    protected Outbox Outbox { get; }

    /// <summary>The clients that have neither left nor been lost.</summary>
    protected SortedSet<int> Live => _live;

    /// <summary>Whether requests are only answered with "stopped" by now.</summary>
    protected bool Stopped { get; private set; }

    /// <summary>The version that bases are compared with.</summary>
    protected abstract long Version { get; }

    /// <summary>The floats of this server's range.</summary>
    protected abstract ReadOnlySpan<float> Parameters { get; }

    /// <summary>The floats in the reply to a client, who has a request; those of the first one serve all that a decision releases.</summary>
    protected virtual ReadOnlySpan<float> AnswerTo(int client) => Parameters;

    /// <summary>Whether the loop is over.</summary>
    protected virtual bool Ended => _live.Count == 0;

    /// <summary>Serves until <see cref="Ended"/>.</summary>
    /// <exception cref="PeerLostException">Another server is lost, or more workers than the policy can spare.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var inbox = new Inbox(Server, cancellation);
        _inbox = inbox;
        await OpenAsync(cancellation);
        while (!Ended)
        {
            InboxEvent next = await inbox.NextAsync(Outbox.Failure);
            if (next.Message is { } message) await ReceiveAsync(message, cancellation);
            else if (next.Lost is { } rank) await LoseAsync(rank, cancellation);
            else await StopAsync(cancellation);
        }
        foreach (Request request in _requests.Values) request.Spend();
        await CloseAsync(cancellation);
        await Outbox.DrainAsync();
    }

    /// <summary>Before the first request.</summary>
    protected virtual ValueTask OpenAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>After the last request.</summary>
    protected virtual ValueTask CloseAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>Makes one update of these clients' gradients, in ascending rank.</summary>
    protected abstract ValueTask ApplyAsync(IReadOnlyList<int> clients, CancellationToken cancellation);

    /// <summary>Makes one update a client.</summary>
    protected abstract void ApplyEach(IReadOnlyList<int> clients);

    /// <summary>A request was received; by default the policy hears of it at once.</summary>
    protected virtual ValueTask RequestedAsync(int client, CancellationToken cancellation) => ArriveAsync(client, cancellation);

    /// <summary>A message that is no request of a client.</summary>
    protected virtual ValueTask OtherAsync(int source, MessageHeader header, Message message, CancellationToken cancellation) =>
        throw new InvalidDataException($"Rank {source} sent a message of kind {header.Kind}, which server {Server.Index} does not serve.");

    /// <summary>The header of the reply to the clients that a decision releases.</summary>
    protected virtual MessageHeader ReplyTo(Decision decision) => new(MessageKind.Reply, decision.Status, Version: Version);

    /// <summary>The clients whose gradients have come and wait, in ascending rank.</summary>
    protected int[] Parked => [.. _requests.Where(pair => pair.Value is { Arrived: true, HoldsGradient: true }).Select(pair => pair.Key)];

    /// <summary>The request of a client that must have one.</summary>
    protected Request RequestOf(int client) =>
        _requests.TryGetValue(client, out Request? request) ? request
        : throw new InvalidOperationException($"Server {Server.Index} decided on a request of rank {client}, which has none.");

    /// <summary>Notes an applied gradient and lets its buffer go.</summary>
    protected void Applied(int client, int staleness)
    {
        Request request = RequestOf(client);
        request.Spend();
        if (_reports) Server.Ledger.Applied(client, request.Header.Samples, staleness);
    }

    /// <summary>Notes a gradient that was thrown away, if there is one, and lets its buffer go.</summary>
    protected void Discarded(int client)
    {
        if (!_requests.TryGetValue(client, out Request? request)) return;
        if (request.HoldsGradient && _reports) Server.Ledger.Dropped(client, request.Header.Samples);
        request.Spend();
    }

    /// <summary>Tells the policy of a request and carries out what it decides.</summary>
    protected async ValueTask ArriveAsync(int client, CancellationToken cancellation)
    {
        Request request = RequestOf(client);
        request.Arrived = true;
        if (Stopped) Refuse(client);
        else if (request.Header.Kind == MessageKind.Pull) _decisions.Add(new(DecisionKind.Release, [client]));
        else Push(client, request.Header.Version);
        await CarryOutAsync(cancellation);
    }

    /// <summary>A worker or a server is lost.</summary>
    protected virtual async ValueTask LoseAsync(int rank, CancellationToken cancellation)
    {
        if (rank >= Server.WorkerCount)
            throw new PeerLostException(rank, $"serving (server {Server.Index})", TimeSpan.Zero,
                $"it is server {rank - Server.WorkerCount}, and its part of the work is gone with it");
        await RemoveAsync(rank, lost: true, cancellation);
    }

    /// <summary>The budget is used up: nobody is parked any more.</summary>
    protected virtual async ValueTask StopAsync(CancellationToken cancellation)
    {
        Stopped = true;
        foreach ((int client, Request request) in _requests)
            if (request.Arrived) Refuse(client);
        await CarryOutAsync(cancellation);
    }

    /// <summary>Takes a client out of everything that waits for it.</summary>
    protected virtual async ValueTask RemoveAsync(int client, bool lost, CancellationToken cancellation)
    {
        if (!_live.Remove(client)) return;
        _decisions.Add(new(DecisionKind.Discard, [client]));
        await CarryOutAsync(cancellation);
        _requests.Remove(client);
        if (Stopped) return;
        Policy.Remove(client, lost, _decisions);
        await CarryOutAsync(cancellation);
    }

    /// <summary>Carries out one decision.</summary>
    protected virtual async ValueTask CarryOutAsync(Decision decision, CancellationToken cancellation)
    {
        switch (decision.Kind)
        {
            case DecisionKind.Apply:
                await ApplyAsync(decision.Clients, cancellation);
                break;
            case DecisionKind.ApplyEach:
                ApplyEach(decision.Clients);
                break;
            case DecisionKind.Discard:
                foreach (int client in decision.Clients) Discarded(client);
                break;
            case DecisionKind.Release:
                Release(decision, cancellation);
                break;
            default:
                throw new InvalidDataException($"There is no decision of kind {decision.Kind}.");
        }
    }

    private async ValueTask ReceiveAsync(Message message, CancellationToken cancellation)
    {
        int source = message.Source;
        MessageHeader header = MessageHeader.Read(message.Payload.Span, source);
        if (header.Kind is not (MessageKind.Pull or MessageKind.Push or MessageKind.Leave))
        {
            using (message) await OtherAsync(source, header, message, cancellation);
            return;
        }
        if (!_live.Contains(source))
        {
            // What a worker sent before it was found lost.
            message.Dispose();
            return;
        }
        if (header.Kind == MessageKind.Leave)
        {
            message.Dispose();
            await RemoveAsync(source, lost: false, cancellation);
            return;
        }
        if (header.Kind == MessageKind.Push && header.Count != Parameters.Length)
            throw new InvalidDataException(
                $"Rank {source} pushed {header.Count} values to server {Server.Index}, whose range has {Parameters.Length}.");
        if (!_requests.TryAdd(source, new Request(header, message)))
            throw new InvalidDataException($"Rank {source} sent server {Server.Index} a request before its last one was answered.");
        await RequestedAsync(source, cancellation);
    }

    // Whom a push sets free besides its own client, that one had waited for it.
    private void Push(int client, long baseVersion)
    {
        Policy.Push(client, baseVersion, Version, _decisions);
        if (!_reports) return;
        Server.Ledger.Ready(client);
        foreach (Decision decision in _decisions)
            if (decision.Kind == DecisionKind.Release && decision.Clients.Length > 1) Server.Ledger.Released(decision.Clients);
    }

    private void Refuse(int client)
    {
        _decisions.Add(new(DecisionKind.Discard, [client]));
        _decisions.Add(new(DecisionKind.Release, [client], ReplyStatus.Stopped));
    }

    private async ValueTask CarryOutAsync(CancellationToken cancellation)
    {
        Decision[] decisions = [.. _decisions];
        _decisions.Clear();
        foreach (Decision decision in decisions) await CarryOutAsync(decision, cancellation);
    }

    private void Release(Decision decision, CancellationToken cancellation)
    {
        MessageHeader header = ReplyTo(decision);
        int first = decision.Clients.FirstOrDefault(_requests.ContainsKey, -1);
        if (first < 0) return;
        Parcel parcel = decision.Status is ReplyStatus.Accepted or ReplyStatus.Dropped ? Parcel.Of(header, AnswerTo(first)) : Parcel.Of(header);
        foreach (int client in decision.Clients)
        {
            if (!_requests.Remove(client, out Request? request)) continue;
            if (request.HoldsGradient)
                throw new InvalidOperationException($"Rank {client} would be released although its gradient was neither applied nor discarded.");
            request.Spend();
            if (_live.Contains(client)) Outbox.Post(client, ServerTags.Replies, parcel, cancellation);
        }
        parcel.Release();
    }
}
