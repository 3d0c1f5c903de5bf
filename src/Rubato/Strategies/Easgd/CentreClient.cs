using System.Numerics.Tensors;
using Rubato.Communication;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.Easgd;

/// <summary>A worker's way to the centre of elastic averaging on its servers, over the parameter servers' protocol.</summary>
/// <remarks>
/// An exchange is one push that carries the replica and one reply that carries the force between it and the centre: 24·S + 4d bytes up and as many down
/// over S servers. Single-threaded, one exchange at a time.
/// </remarks>
/// <param name="workers">The number of workers; the servers follow them in the world.</param>
/// <param name="servers">Servers that share the centre (S).</param>
internal sealed class CentreClient(int workers, int servers)
{
    private readonly ParameterServerClient _servers = new([.. Enumerable.Range(workers, servers)]);
    private float[] _force = [];

    /// <summary>Fetches the centre.</summary>
    public async ValueTask PullAsync(ICommunicator world, Memory<float> parameters, CancellationToken cancellation) =>
        await _servers.PullAsync(world, parameters, cancellation);

    /// <summary>Exchanges a replica as it is now with the centre; the force f is taken off the replica as it is when the answer comes.</summary>
    /// <returns>Whether it took place: false once the servers have heard that the budget is used up.</returns>
    public async ValueTask<bool> ExchangeAsync(ICommunicator world, Memory<float> replica, CancellationToken cancellation)
    {
        if (_force.Length != replica.Length) _force = new float[replica.Length];
        // A server that has stopped sends no force for its range.
        Array.Clear(_force);
        MessageHeader reply = await _servers.PushPullAsync(world, replica, samples: 0, _force, cancellation);
        TensorPrimitives.Subtract(replica.Span, _force, replica.Span);
        return reply.Status != ReplyStatus.Stopped;
    }

    /// <summary>Tells the servers that this worker asks for nothing more.</summary>
    public ValueTask LeaveAsync(ICommunicator world, CancellationToken cancellation) => _servers.LeaveAsync(world, cancellation);
}
