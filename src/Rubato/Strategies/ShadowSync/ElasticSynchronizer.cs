using Rubato.Numerics;
using Rubato.Strategies.Easgd;

namespace Rubato.Strategies.ShadowSync;

/// <summary>S-EASGD: the replica and the centre on the servers pull at one another, each with a share α of their distance.</summary>
/// <remarks>w_ps += α (w_i − w_ps) on the servers; w_i −= the same on the replica as it is when the answer comes, so steps made meanwhile are kept; or see <see cref="ElasticExchange"/>. Without state.</remarks>
/// <param name="centre">The way to the servers.</param>
internal sealed class ElasticSynchronizer(CentreClient centre) : IReplicaSynchronizer
{
    private Task _lastExchange = Task.CompletedTask;

    /// <inheritdoc/>
    public bool IsCollective => false;

    /// <inheritdoc/>
    public ValueTask StartAsync(Worker worker, Memory<float> replica, CancellationToken cancellation) =>
        centre.PullAsync(worker.World, replica, cancellation);

    /// <inheritdoc/>
    public async ValueTask<bool> SyncOnceAsync(Worker worker, Memory<float> replica, bool isTraining, CancellationToken cancellation)
    {
        if (!isTraining) return false;
        // The threads of a worker have one way to the servers and take turns on it.
        (Task before, var done) = (_lastExchange, new TaskCompletionSource());
        _lastExchange = done.Task;
        await before;
        try
        {
            bool isServed = await centre.ExchangeAsync(worker.World, replica, cancellation);
            if (isServed) worker.ReportSynchronized();
            return isServed;
        }
        finally
        {
            done.SetResult();
        }
    }

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => centre.LeaveAsync(worker.World, cancellation);

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
    }
}
