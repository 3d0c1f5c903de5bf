using Rubato.Numerics;

namespace Rubato.Strategies.ParameterServer;

/// <summary>
/// The worker's loop body of every plain parameter-server method: compute a gradient at the parameters last received, push it, receive
/// parameters.
/// </summary>
/// <remarks>
/// What differs between the methods is when the server applies the gradient and when it answers, which is its policy's business. Traffic of a
/// step: 24·S + 4d bytes up, as many down. State: the version of the replica. The server reports to the ledger, so the worker does not.
/// </remarks>
/// <param name="workers">The number of workers; servers follow them in the world.</param>
/// <param name="servers">The number of shards (S).</param>
internal sealed class PushPullWorker(int workers, int servers) : IStrategy
{
    private readonly ParameterServerClient _server = new([.. Enumerable.Range(workers, servers)]);

    /// <inheritdoc/>
    public async ValueTask StartAsync(Worker worker, CancellationToken cancellation) =>
        await _server.PullAsync(worker.World, worker.Parameters, cancellation);

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.ComputeGradientAsync(cancellation);
        await _server.PushPullAsync(worker.World, worker.Gradient, worker.BatchSize, worker.Parameters, cancellation);
    }

    /// <inheritdoc/>
    /// <remarks>A step ends with the answer to its push, so nothing is in flight between two steps.</remarks>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => _server.LeaveAsync(worker.World, cancellation);

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor) => visitor.Part("client", _server);
}
