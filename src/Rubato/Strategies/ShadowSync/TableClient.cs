using Rubato.Communication;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.ShadowSync;

/// <summary>A worker's way to the embedding table on servers: fetches the rows of a mini-batch and hands in their gradients.</summary>
/// <remarks>
/// Traffic of a step with U rows of width w on S of the servers: a look-up takes 24·S + 4·U bytes up and 24·S + 4·w·U down, an update 28·S + 4·(1 + w)·U up
/// and 24·S down. Without state. Each thread of the worker may have one request under way.
/// </remarks>
/// <param name="first">The rank of the first table server in the world.</param>
/// <param name="servers">Table servers, each with a contiguous share of the rows.</param>
/// <param name="rate">The table's learning rate before the schedule; null for the job's.</param>
internal sealed class TableClient(int first, int servers, float? rate)
{
    /// <summary>Writes the rows that the thread's mini-batch reads, as they are now on the servers, into the worker's replica.</summary>
    public async ValueTask LookUpAsync(Worker thread, CancellationToken cancellation)
    {
        EmbeddingTable table = thread.Table;
        for (int server = 0; server < servers; server++)
        {
            if (ShareOf(server, thread) is not { IsEmpty: false } rows) continue;
            await SendAsync(thread, server, Parcel.Of(new MessageHeader(MessageKind.LookUp, Extra: thread.Thread), rows.Span), cancellation);
        }
        for (int server = 0; server < servers; server++)
        {
            if (ShareOf(server, thread) is not { IsEmpty: false } rows) continue;
            using Message reply = await ReceiveAsync(thread, server, rows.Length * table.Width, cancellation);
            Span<float> copies = MessageHeader.Floats(reply.Payload.Span);
            for (int i = 0; i < rows.Length; i++)
                copies.Slice(i * table.Width, table.Width).CopyTo(thread.Parameters.Span[(rows.Span[i] * table.Width)..]);
        }
    }

    /// <summary>Hands in the gradients of these rows; completes when all of them are applied.</summary>
    public async ValueTask UpdateAsync(Worker thread, CancellationToken cancellation)
    {
        for (int server = 0; server < servers; server++)
            if (ShareOf(server, thread) is { IsEmpty: false } rows) await SendAsync(thread, server, UpdateOf(thread, rows.Span), cancellation);
        for (int server = 0; server < servers; server++)
            if (!ShareOf(server, thread).IsEmpty) (await ReceiveAsync(thread, server, 0, cancellation)).Dispose();
    }

    /// <summary>Tells the servers that this worker asks for nothing more.</summary>
    public async ValueTask LeaveAsync(Worker worker, CancellationToken cancellation)
    {
        for (int server = 0; server < servers; server++) await SendAsync(worker, server, Parcel.Of(new MessageHeader(MessageKind.Leave)), cancellation);
    }

    private Parcel UpdateOf(Worker thread, ReadOnlySpan<int> rows)
    {
        int width = thread.Table.Width;
        var parcel = Parcel.WithRoomFor(new MessageHeader(MessageKind.Update, Extra: thread.Thread, Count: TableMessage.CountOf(rows.Length, width)));
        TableMessage.RateIn(parcel.Values) = rate is { } own ? own * (thread.LearningRate / thread.BaseLearningRate) : thread.LearningRate;
        rows.CopyTo(TableMessage.RowsIn(parcel.Values, rows.Length));
        Span<float> gradients = TableMessage.GradientsIn(parcel.Values, rows.Length);
        for (int i = 0; i < rows.Length; i++) thread.Gradient.Span.Slice(rows[i] * width, width).CopyTo(gradients[(i * width)..]);
        return parcel;
    }

    // Touched rows ascend and shares are contiguous, so a server's are a stretch of them.
    private ReadOnlyMemory<int> ShareOf(int server, Worker thread)
    {
        ReadOnlyMemory<int> rows = thread.TouchedRows;
        Range share = Chunks.Of(server, servers, thread.Table.Rows);
        return rows[PlaceOf(share.Start.Value, rows.Span)..PlaceOf(share.End.Value, rows.Span)];
    }

    private static int PlaceOf(int row, ReadOnlySpan<int> rows)
    {
        int place = rows.BinarySearch(row);
        return place >= 0 ? place : ~place;
    }

    private async ValueTask SendAsync(Worker thread, int server, Parcel parcel, CancellationToken cancellation)
    {
        try
        {
            await thread.World.SendAsync(first + server, ServerTags.Requests, parcel.Bytes, cancellation);
        }
        finally
        {
            parcel.Release();
        }
    }

    private async ValueTask<Message> ReceiveAsync(Worker thread, int server, int count, CancellationToken cancellation)
    {
        Message reply = await thread.World.ReceiveAsync(first + server, ServerTags.RepliesTo(thread.Thread), cancellation);
        MessageHeader header = MessageHeader.Read(reply.Payload.Span, first + server);
        if (header.Kind == MessageKind.Reply && header.Count == count) return reply;
        reply.Dispose();
        throw new InvalidDataException($"Table server {first + server} answered with {header.Count} values of kind {header.Kind}, but {count} of a reply were due.");
    }
}
