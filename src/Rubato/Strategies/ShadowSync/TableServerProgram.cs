using Rubato.Communication;
using Rubato.Numerics;

namespace Rubato.Strategies.ShadowSync;

/// <summary>A server of the embedding table: keeps a contiguous share of the rows, in one copy for all workers.</summary>
/// <param name="place">Its number among the table servers.</param>
/// <param name="servers">Table servers.</param>
internal sealed class TableServerProgram(int place, int servers) : IServerProgram
{
    private TableShard? _shard;

    /// <inheritdoc/>
    public void Prepare(Server server)
    {
        (int row, int offset, int length) = ShareOf(server);
        _shard = new TableShard(server.InitialParameters.Span.Slice(offset, length), row, server.Table.Width, server.CreateOptimizer(offset, length));
    }

    /// <inheritdoc/>
    public async Task RunAsync(Server server, CancellationToken cancellation)
    {
        TableShard shard = Shard;
        (_, int offset, int length) = ShareOf(server);
        server.OfferModel(offset, length, copy => shard.Parameters.CopyTo(copy.Span));
        await new TableLoop(server, shard).RunAsync(cancellation);
    }

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor) => visitor.Part("table", Shard);

    private TableShard Shard => _shard
        ?? throw new InvalidOperationException("The server of the table has no state yet. Call Prepare before VisitState.");

    // The first row, and the parameters of all of them.
    private (int Row, int Offset, int Length) ShareOf(Server server)
    {
        (int first, int rows) = Chunks.Of(place, servers, server.Table.Rows).GetOffsetAndLength(server.Table.Rows);
        return (first, first * server.Table.Width, rows * server.Table.Width);
    }
}
