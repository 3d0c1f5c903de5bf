using Rubato.Communication;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.Grouped;

/// <summary>A shard of the centre that also hears of the steps of single workers and tells groups who belongs to them.</summary>
internal sealed class CentreLoop(
    Server server, UpdatePolicy policy, IReadOnlyList<int> groupServers, ParameterShard shard, int shards, GroupDirectory? directory)
    : ShardLoop(server, policy, groupServers, shard, shards, reports: false)
{
    /// <summary>Step times travel as whole microseconds, at most half an hour.</summary>
    public const double MicrosecondsPerSecond = 1e6;

    /// <inheritdoc/>
    protected override MessageHeader ReplyTo(Decision decision) => base.ReplyTo(decision) with { Extra = directory?.Generation ?? 0 };

    /// <inheritdoc/>
    protected override async ValueTask ApplyAsync(IReadOnlyList<int> clients, CancellationToken cancellation)
    {
        long version = Version;
        await base.ApplyAsync(clients, cancellation);
        if (directory is null) return;
        foreach (MessageHeader header in clients.Select(client => RequestOf(client).Header))
        {
            directory.Applied(header.Samples, version - header.Version);
            if (header.Extra is > 0 and int origin) directory.Count(origin - 1);
        }
        if (directory.Consider() is not { } decision) return;
        Server.Note(decision);
        // At once, and not with the next reply: a group may wait for a member that another one has already sent elsewhere.
        Parcel news = Parcel.Of(new MessageHeader(MessageKind.Regrouped, Extra: directory.Generation));
        foreach (int group in Live) Outbox.Post(group, ServerTags.Requests, news, cancellation);
        news.Release();
    }

    /// <inheritdoc/>
    protected override ValueTask LoseAsync(int rank, CancellationToken cancellation)
    {
        if (rank < Server.WorkerCount) directory?.Lose(rank);
        return base.LoseAsync(rank, cancellation);
    }

    /// <inheritdoc/>
    protected override async ValueTask OtherAsync(int source, MessageHeader header, Message message, CancellationToken cancellation)
    {
        switch (header.Kind)
        {
            case MessageKind.Membership when directory is not null:
                Parcel parcel = Parcel.Of(new MessageHeader(MessageKind.Reply, Extra: directory.Generation), [.. directory.GroupOf]);
                Outbox.Post(source, ServerTags.Replies, parcel, cancellation);
                parcel.Release();
                break;
            case MessageKind.Times when directory is not null:
                int[] pairs = MessageHeader.Numbers(message.Payload.Span).ToArray();
                for (int i = 0; i + 1 < pairs.Length; i += 2) directory.Record(pairs[i], pairs[i + 1] / MicrosecondsPerSecond);
                break;
            default:
                await base.OtherAsync(source, header, message, cancellation);
                break;
        }
    }
}
