using System.Runtime.InteropServices;
using Rubato.Communication;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.ShadowSync;

/// <summary>Serves one share of the embedding table: each request at once and in the order of arrival, until every client is gone.</summary>
/// <remarks>The stop of the job is nothing to it: steps that are still under way enter the replicas, so their rows enter the table.</remarks>
internal sealed class TableLoop(Server server, TableShard shard)
{
    private readonly SortedSet<int> _live = [.. Enumerable.Range(0, server.WorkerCount)];

    /// <summary>Serves to the end.</summary>
    /// <exception cref="PeerLostException">Another server is lost.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var inbox = new Inbox(server, cancellation);
        var outbox = new Outbox(server.World, server.WorkerCount, inbox.ReportLost);
        while (_live.Count > 0)
        {
            InboxEvent next = await inbox.NextAsync(outbox.Failure);
            if (next.Lost is { } rank) Lose(rank);
            if (next.Message is not { } message) continue;
            using (message) Serve(message, outbox, cancellation);
        }
        await outbox.DrainAsync();
    }

    private void Serve(Message message, Outbox outbox, CancellationToken cancellation)
    {
        int client = message.Source;
        // What a worker sent before it was found lost.
        if (!_live.Contains(client)) return;
        var header = MessageHeader.Read(message.Payload.Span, client);
        Span<byte> values = message.Payload.Span[MessageHeader.Length..];
        var reply = new MessageHeader(MessageKind.Reply, Extra: header.Extra);
        Parcel parcel;
        switch (header.Kind)
        {
            case MessageKind.LookUp:
                parcel = Parcel.WithRoomFor(reply with { Count = header.Count * shard.Width });
                shard.LookUp(MemoryMarshal.Cast<byte, int>(values), MemoryMarshal.Cast<byte, float>(parcel.Values));
                break;
            case MessageKind.Update:
                int rows = TableMessage.RowsOf(header, shard.Width, client);
                shard.Apply(TableMessage.RowsIn(values, rows), TableMessage.GradientsIn(values, rows), TableMessage.RateIn(values));
                parcel = Parcel.Of(reply);
                break;
            case MessageKind.Leave:
                _live.Remove(client);
                return;
            default:
                throw new InvalidDataException($"Rank {client} sent a message of kind {header.Kind}, which table server {server.Index} does not serve.");
        }
        outbox.Post(client, ServerTags.RepliesTo(header.Extra), parcel, cancellation);
        parcel.Release();
    }

    private void Lose(int rank)
    {
        if (rank >= server.WorkerCount)
        {
            throw new PeerLostException(rank, $"serving (server {server.Index})", TimeSpan.Zero,
                $"it is server {rank - server.WorkerCount}, and its part of the work is gone with it");
        }
        _live.Remove(rank);
    }
}
