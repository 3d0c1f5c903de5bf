using Rubato.Numerics;

namespace Rubato.Strategies.ShadowSync;

/// <summary>What ShadowSync is built around: one synchronization of a worker's live replica, whoever calls for it and when.</summary>
internal interface IReplicaSynchronizer : IStateful
{
    /// <summary>Whether a synchronization takes place on all workers together.</summary>
    bool IsCollective { get; }

    /// <summary>Before the first step: agree on initial parameters.</summary>
    ValueTask StartAsync(Worker worker, Memory<float> replica, CancellationToken cancellation);

    /// <summary>Synchronizes the replica once; other threads may write to it meanwhile.</summary>
    /// <param name="worker">Whose replica it is.</param>
    /// <param name="replica">What is synchronized of the worker's parameters: all of them, or those behind the table.</param>
    /// <param name="isTraining">Whether the worker still trains.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether this worker must go on: where it is collective, as long as one of all still trains.</returns>
    ValueTask<bool> SyncOnceAsync(Worker worker, Memory<float> replica, bool isTraining, CancellationToken cancellation);

    /// <summary>After the last synchronization: say goodbye to servers.</summary>
    ValueTask LeaveAsync(Worker worker, CancellationToken cancellation);
}
