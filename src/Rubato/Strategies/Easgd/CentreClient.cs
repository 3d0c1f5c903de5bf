using Rubato.Communication;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.Easgd;

/// <summary>A worker's way to the centre of elastic averaging on its servers, over the parameter servers' protocol.</summary>
/// <remarks>
/// An exchange is one push that carries the replica and one reply as long that carries the force between it and the centre, or the centre: 24·S + 4d
/// bytes up and as many down over S servers. Single-threaded, one exchange at a time.
/// </remarks>
/// <param name="workers">The number of workers; the servers follow them in the world.</param>
/// <param name="servers">Servers that share the centre (S).</param>
/// <param name="exchange">What an exchange does.</param>
internal sealed class CentreClient(int workers, int servers, ElasticExchange exchange)
{
    private readonly ParameterServerClient _servers = new([.. Enumerable.Range(workers, servers)]);
    private float[] _answer = [];

    /// <summary>Fetches the centre.</summary>
    public async ValueTask PullAsync(ICommunicator world, Memory<float> parameters, CancellationToken cancellation) =>
        await _servers.PullAsync(world, parameters, cancellation);

    /// <summary>Exchanges a replica as it is now with the centre; the answer is applied to the replica as it is when it comes.</summary>
    /// <returns>Whether it took place: false once the servers have heard that the budget is used up.</returns>
    public async ValueTask<bool> ExchangeAsync(ICommunicator world, Memory<float> replica, CancellationToken cancellation)
    {
        if (_answer.Length != replica.Length) _answer = new float[replica.Length];
        MessageHeader reply = await _servers.PushPullAsync(world, replica, samples: 0, _answer, cancellation);
        for (int server = 0; server < servers; server++)
        {
            // One that has stopped has not exchanged its range.
            if (!_servers.HasSent(server)) continue;
            Range range = Chunks.Of(server, servers, replica.Length);
            exchange.PullReplica(replica.Span[range], _answer.AsSpan(range));
        }
        return reply.Status != ReplyStatus.Stopped;
    }

    /// <summary>Tells the servers that this worker asks for nothing more.</summary>
    public ValueTask LeaveAsync(ICommunicator world, CancellationToken cancellation) => _servers.LeaveAsync(world, cancellation);
}
