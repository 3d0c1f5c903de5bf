using Rubato.Communication;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.Grouped;

/// <summary>A shard of the centre that also counts the steps of single workers and tells groups who belongs to them.</summary>
internal sealed class CentreLoop(
    Server server, UpdatePolicy policy, IReadOnlyList<int> groupServers, ParameterShard shard, int shards, GroupCensus? census)
    : ShardLoop(server, policy, groupServers, shard, shards, reports: false)
{
    /// <inheritdoc/>
    protected override MessageHeader ReplyTo(Decision decision) => base.ReplyTo(decision) with { Extra = census?.Generation ?? 0 };

    /// <inheritdoc/>
    protected override async ValueTask ApplyAsync(IReadOnlyList<int> clients, CancellationToken cancellation)
    {
        await base.ApplyAsync(clients, cancellation);
        if (census is null) return;
        foreach (int client in clients)
            if (RequestOf(client).Header.Extra is > 0 and int origin) census.Count(origin - 1);
    }

    /// <inheritdoc/>
    protected override async ValueTask OtherAsync(int source, MessageHeader header, Message message, CancellationToken cancellation)
    {
        if (header.Kind != MessageKind.Membership || census is null)
        {
            await base.OtherAsync(source, header, message, cancellation);
            return;
        }
        Parcel parcel = Parcel.Of(new MessageHeader(MessageKind.Reply, Extra: census.Generation), [.. census.GroupOf]);
        Outbox.Post(source, ServerTags.Replies, parcel, cancellation);
        parcel.Release();
    }
}
