using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.Easgd;

/// <summary>Serves one range of the centre. What clients push are replicas, and an update by one of them is an exchange with it.</summary>
internal sealed class ElasticLoop(Server server, IReadOnlyList<int> clients, ElasticCentre centre)
    : RequestLoop(server, new AsynchronousPolicy(), clients, reports: false)
{
    /// <inheritdoc/>
    protected override long Version => centre.Exchanges;

    /// <inheritdoc/>
    protected override ReadOnlySpan<float> Parameters => centre.Parameters;

    /// <inheritdoc/>
    protected override ReadOnlySpan<float> AnswerTo(int client) =>
        RequestOf(client).Header.Kind == MessageKind.Push ? centre.Answer : centre.Parameters;

    /// <inheritdoc/>
    protected override ValueTask ApplyAsync(IReadOnlyList<int> clients, CancellationToken cancellation)
    {
        ApplyEach(clients);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override void ApplyEach(IReadOnlyList<int> clients)
    {
        foreach (int client in clients)
        {
            centre.Exchange(RequestOf(client).Gradient);
            Applied(client, staleness: 0);
        }
    }
}
