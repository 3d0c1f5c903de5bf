using Rubato.Communication;
using Rubato.Numerics;

namespace Rubato.Strategies.Easgd;

/// <summary>A server of the centre: answers pulls with its range, and pushes with what their replicas must hear of the exchange.</summary>
/// <param name="clients">The ranks of the world that are served.</param>
/// <param name="servers">Servers that share the centre.</param>
/// <param name="exchange">What an exchange does.</param>
internal sealed class ElasticCentreProgram(IReadOnlyList<int> clients, int servers, ElasticExchange exchange) : IServerProgram
{
    private ElasticCentre? _centre;

    /// <inheritdoc/>
    public void Prepare(Server server) => _centre = new ElasticCentre(server.InitialParameters.Span[RangeOf(server)], exchange);

    /// <inheritdoc/>
    public async Task RunAsync(Server server, CancellationToken cancellation)
    {
        ElasticCentre centre = Centre;
        server.OfferModel(RangeOf(server).Start.Value, centre.Parameters.Length, copy => centre.Parameters.CopyTo(copy.Span));
        await new ElasticLoop(server, clients, centre).RunAsync(cancellation);
    }

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor) => visitor.Part("centre", Centre);

    private ElasticCentre Centre => _centre
        ?? throw new InvalidOperationException("The server of the centre has no state yet. Call Prepare before VisitState.");

    private Range RangeOf(Server server) => Chunks.Of(server.Index, servers, server.InitialParameters.Length);
}
