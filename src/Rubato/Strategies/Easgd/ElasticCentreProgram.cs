using Rubato.Communication;
using Rubato.Numerics;

namespace Rubato.Strategies.Easgd;

/// <summary>A server of the centre: answers pulls with its range, and pushes with what their replicas must hear of the exchange.</summary>
/// <param name="clients">The ranks of the world that are served.</param>
/// <param name="servers">Servers that share the centre.</param>
/// <param name="exchange">What an exchange does.</param>
/// <param name="isDense">Whether the centre is that of the parameters behind the embedding table alone.</param>
/// <param name="isModel">Whether the centre is what is evaluated and saved.</param>
internal sealed class ElasticCentreProgram(IReadOnlyList<int> clients, int servers, ElasticExchange exchange, bool isDense = false, bool isModel = true) : IServerProgram
{
    private ElasticCentre? _centre;

    /// <inheritdoc/>
    public void Prepare(Server server) => _centre = new ElasticCentre(server.InitialParameters.Span[RangeOf(server)], exchange);

    /// <inheritdoc/>
    public async Task RunAsync(Server server, CancellationToken cancellation)
    {
        ElasticCentre centre = Centre;
        if (isModel) server.OfferModel(RangeOf(server).Start.Value, centre.Parameters.Length, copy => centre.Parameters.CopyTo(copy.Span));
        await new ElasticLoop(server, clients, centre).RunAsync(cancellation);
    }

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor) => visitor.Part("centre", Centre);

    private ElasticCentre Centre => _centre
        ?? throw new InvalidOperationException("The server of the centre has no state yet. Call Prepare before VisitState.");

    private Range RangeOf(Server server)
    {
        int start = isDense ? server.Table.Length : 0;
        Range chunk = Chunks.Of(server.Index, servers, server.InitialParameters.Length - start);
        return (start + chunk.Start.Value)..(start + chunk.End.Value);
    }
}
