using Rubato.Numerics;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.Grouped;

/// <summary>A member of a group: takes the group's parameters, computes a gradient, pushes it to the group's server.</summary>
/// <remarks>
/// Worker p of group g in the paper: (k, x) = recv Params; grad at x; send Grad(k, p, |B|, grad). Traffic of a step: 24 + 4d bytes up, as many
/// down. State: none that a resumed job needs, since it begins by asking for the parameters.
/// </remarks>
/// <param name="firstGroupServer">The rank of group 0's server in the world; those of the other groups follow.</param>
/// <param name="groupOf">The group of every worker, to begin with.</param>
/// <param name="groups">The number of groups (G).</param>
/// <param name="moves">Whether groups are formed anew by speed, so that this worker may be sent to another one.</param>
internal sealed class GroupedWorker(int firstGroupServer, int[] groupOf, int groups, bool moves) : IStrategy
{
    private readonly ParameterServerClient[] _groupServers =
        [.. Enumerable.Range(firstGroupServer, groups).Select(rank => new ParameterServerClient([rank]))];

    private int _group;
    private int _generation;

    /// <inheritdoc/>
    public async ValueTask StartAsync(Worker worker, CancellationToken cancellation)
    {
        _group = groupOf[worker.Rank];
        MessageHeader reply = await _groupServers[_group].PullAsync(worker.World, worker.Parameters, cancellation);
        await FollowAsync(worker, reply, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.ComputeGradientAsync(cancellation);
        MessageHeader reply = await _groupServers[_group].PushPullAsync(
            worker.World, worker.Gradient, worker.BatchSize, worker.Parameters, cancellation, _generation);
        await FollowAsync(worker, reply, cancellation);
    }

    /// <inheritdoc/>
    /// <remarks>A step ends with the answer to its push, so nothing is in flight between two steps.</remarks>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask LeaveAsync(Worker worker, CancellationToken cancellation)
    {
        // Where groups are formed by speed, a group may count on this worker before it has heard of it, so all groups are told.
        foreach (ParameterServerClient server in moves ? _groupServers : [_groupServers[_group]])
            await server.LeaveAsync(worker.World, cancellation);
    }

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
    }

    private async ValueTask FollowAsync(Worker worker, MessageHeader reply, CancellationToken cancellation)
    {
        while (reply.Status == ReplyStatus.Moved)
        {
            _group = (int)reply.Version;
            reply = await _groupServers[_group].PullAsync(worker.World, worker.Parameters, cancellation, reply.Extra);
        }
        if (reply.Status != ReplyStatus.Stopped) _generation = reply.Extra;
    }
}
