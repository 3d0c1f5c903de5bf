using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.Grouped;

/// <summary>Group parameter server g: synchronous inside the group, one asynchronous push-pull to the centre for each of its updates.</summary>
/// <remarks>
/// <para>Basu, Saxena, Panja, Verma, "Balancing Stragglers Against Staleness in Distributed Deep Learning", HiPC 2018. Paper → here: w_g
/// _parameters, k _round, n_g the live members, acc _mean, v_g _bases, τ staleness.</para>
/// <para>The group applies nothing itself: it pushes its mean gradient and adopts what comes back (no double step).</para>
/// <para>While groups are to be formed by counted steps (generation 0), every member's gradient is pushed alone. A reply
/// of a newer generation makes the group ask for the membership; gradients that a member computed for an older one are discarded.</para>
/// </remarks>
/// <param name="server">The surroundings.</param>
/// <param name="group">This group's number (g).</param>
/// <param name="groupOf">The group of every worker, to begin with.</param>
/// <param name="formsBySpeed">Whether the groups are formed anew by measured speed.</param>
/// <param name="centralShards">The shards of the centre, the first servers.</param>
/// <param name="tellsTimes">Whether they are formed by times instead: the centre is told how long each member takes from its parameters to its gradient.</param>
internal sealed class GroupLoop(Server server, int group, int[] groupOf, bool formsBySpeed, int centralShards, bool tellsTimes) : RequestLoop(
    server,
    formsBySpeed && !tellsTimes ? new AsynchronousPolicy() : new SynchronousPolicy(MembersOf(groupOf, group)),
    formsBySpeed ? [.. Enumerable.Range(0, groupOf.Length)] : MembersOf(groupOf, group),
    reports: true)
{
    private readonly ParameterServerClient _centre = new([.. Enumerable.Range(server.WorkerCount, centralShards)]);
    private readonly float[] _parameters = server.InitialParameters.ToArray();
    private readonly float[] _mean = new float[server.InitialParameters.Length];
    private int[] _groupOf = groupOf;
    private readonly SortedDictionary<int, long> _releasedAt = [];
    private readonly SortedDictionary<int, long[]> _bases = [];  // what each member's parameters are of
    private readonly List<int> _times = [];
    private int _generation;
    private long _round;

    /// <inheritdoc/>
    protected override long Version => _round;

    /// <inheritdoc/>
    protected override ReadOnlySpan<float> Parameters => _parameters;

    private bool WarmsUp => formsBySpeed && !tellsTimes && _generation == 0;

    /// <inheritdoc/>
    protected override async ValueTask OpenAsync(CancellationToken cancellation)
    {
        MessageHeader reply = await _centre.PullAsync(Server.World, _parameters, cancellation);
        await FollowAsync(reply.Extra, isFresh: true, cancellation);
    }

    /// <inheritdoc/>
    protected override ValueTask CloseAsync(CancellationToken cancellation) => _centre.LeaveAsync(Server.World, cancellation);

    /// <inheritdoc/>
    protected override async ValueTask ApplyAsync(IReadOnlyList<int> clients, CancellationToken cancellation)
    {
        int samples = 0;
        for (int position = 0; position < clients.Count; position++)
        {
            Request request = RequestOf(clients[position]);
            RankOrderedMean.Accumulate(_mean, request.Gradient, position);
            samples += request.Header.Samples;
        }
        RankOrderedMean.Finish(_mean, clients.Count);

        // The oldest, where members did not start together.
        long[] basis = [.. clients.Select(client => _bases[client]).Aggregate((a, b) => [.. a.Zip(b, Math.Min)])];
        int origin = WarmsUp ? clients[0] + 1 : 0;
        if (_times.Count > 0)
        {
            await _centre.TellTimesAsync(Server.World, _times, cancellation);
            _times.Clear();
        }
        MessageHeader reply = await _centre.PushPullAsync(Server.World, _mean, samples, _parameters, cancellation, origin, basis);
        _round++;

        // The centre counted this update too, so what lies between are the updates of the other groups, or members.
        foreach (int client in clients)
        {
            if (reply.Status == ReplyStatus.Accepted) Applied(client, (int)Math.Min(reply.Version - 1 - _bases[client][0], int.MaxValue));
            else Discarded(client);
        }
        await FollowAsync(reply.Extra, isFresh: true, cancellation);
    }

    /// <inheritdoc/>
    protected override void ApplyEach(IReadOnlyList<int> clients) =>
        throw new InvalidOperationException("A group makes one update of all its members' gradients.");

    /// <inheritdoc/>
    protected override async ValueTask RequestedAsync(int client, CancellationToken cancellation)
    {
        MessageHeader header = RequestOf(client).Header;
        if (header.Kind == MessageKind.Push) Measure(client);
        if (Stopped)
        {
            await ArriveAsync(client, cancellation);
            return;
        }
        await FollowAsync(header.Extra, isFresh: false, cancellation);
        bool isOld = header.Kind == MessageKind.Push && header.Extra < _generation;
        if (isOld || _groupOf[client] != group)
        {
            await CarryOutAsync(new Decision(DecisionKind.Discard, [client]), cancellation);
            await CarryOutAsync(new Decision(DecisionKind.Release, [client], ReplyStatus.Dropped), cancellation);
        }
        else
        {
            await ArriveAsync(client, cancellation);
        }
    }

    /// <inheritdoc/>
    protected override ValueTask OtherAsync(int source, MessageHeader header, Message message, CancellationToken cancellation)
    {
        if (header.Kind != MessageKind.Regrouped) return base.OtherAsync(source, header, message, cancellation);
        return Stopped ? ValueTask.CompletedTask : FollowAsync(header.Extra, isFresh: false, cancellation);
    }

    /// <inheritdoc/>
    protected override async ValueTask CarryOutAsync(Decision decision, CancellationToken cancellation)
    {
        if (decision is { Kind: DecisionKind.Release, Status: ReplyStatus.Accepted or ReplyStatus.Dropped })
        {
            foreach (int client in decision.Clients.Where(client => _groupOf[client] != group))
                await base.CarryOutAsync(new Decision(DecisionKind.Release, [client], ReplyStatus.Moved), cancellation);
            decision = decision with { Clients = [.. decision.Clients.Where(client => _groupOf[client] == group)] };
        }
        if (decision.Kind == DecisionKind.Release)
            foreach (int client in decision.Clients) _bases[client] = _centre.Basis;
        await base.CarryOutAsync(decision, cancellation);
        if (decision.Kind == DecisionKind.Release && tellsTimes)
            foreach (int client in decision.Clients) _releasedAt[client] = Server.Time.GetTimestamp();
    }

    /// <inheritdoc/>
    protected override MessageHeader ReplyTo(Decision decision)
    {
        MessageHeader header = base.ReplyTo(decision) with { Extra = _generation };
        return decision.Status == ReplyStatus.Moved ? header with { Version = _groupOf[decision.Clients[0]] } : header;
    }

    private static int[] MembersOf(int[] groupOf, int group) =>
        [.. Enumerable.Range(0, groupOf.Length).Where(worker => groupOf[worker] == group)];

    private void Measure(int client)
    {
        if (!_releasedAt.Remove(client, out long released)) return;
        double microseconds = Server.Time.GetElapsedTime(released).TotalMicroseconds;
        _times.Add(client);
        _times.Add((int)Math.Min(microseconds, int.MaxValue));
    }

    // Somebody knows a newer membership: ask the centre for it. What members have delivered so far makes a last update of the old group, so
    // that a change costs nobody a gradient that was waiting; one that is still being computed is discarded when it comes.
    private async ValueTask FollowAsync(int generation, bool isFresh, CancellationToken cancellation)
    {
        if (generation <= _generation) return;
        int[] parked = Parked;
        (_generation, _groupOf) = await _centre.MembershipAsync(Server.World, cancellation);
        int[] members = [.. MembersOf(_groupOf, group).Where(Live.Contains)];
        Policy = new SynchronousPolicy(members);
        if (parked.Length == 0)
        {
            // It may have had no member for a long time, and its parameters are as old as its last update.
            if (members.Length > 0 && !isFresh) await _centre.PullAsync(Server.World, _parameters, cancellation);
            return;
        }
        await CarryOutAsync(new Decision(DecisionKind.Apply, parked), cancellation);
        await CarryOutAsync(new Decision(DecisionKind.Release, parked), cancellation);
    }
}
