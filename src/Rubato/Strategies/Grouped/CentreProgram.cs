using Rubato.Numerics;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.Grouped;

/// <summary>The central parameter server: asynchronous, its clients are the group servers.</summary>
/// <remarks>State: a parameter server's, and the group directory of its lead shard when groups are formed by speed.</remarks>
internal sealed class CentreProgram(
    UpdatePolicy policy, IReadOnlyList<int> groupServers, int shards, LearningRateScale scale, GroupDirectory? directory)
    : ParameterServerProgram(policy, groupServers, shards, scale, reports: false)
{
    private readonly UpdatePolicy _policy = policy;
    private readonly IReadOnlyList<int> _groupServers = groupServers;
    private readonly int _shards = shards;

    /// <inheritdoc/>
    public override void VisitState(IStateVisitor visitor)
    {
        base.VisitState(visitor);
        if (directory is not null) visitor.Part("census", directory);
    }

    /// <inheritdoc/>
    protected override ShardLoop CreateLoop(Server server, ParameterShard shard) =>
        new CentreLoop(server, _policy, _groupServers, shard, _shards, directory);
}
