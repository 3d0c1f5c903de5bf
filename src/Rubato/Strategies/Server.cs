using Rubato.Communication;
using Rubato.Optimizers;

namespace Rubato.Strategies;

/// <summary>What a server program may know of its surroundings.</summary>
public abstract class Server
{
    /// <summary>This server's number among the servers, from 0.</summary>
    public abstract int Index { get; }

    /// <summary>The number of workers.</summary>
    public abstract int WorkerCount { get; }

    /// <summary>The number of servers.</summary>
    public abstract int ServerCount { get; }

    /// <summary>The samples in one worker's mini-batch.</summary>
    public abstract int BatchSize { get; }

    /// <summary>All workers, then all servers: this server is rank <c>WorkerCount + Index</c>.</summary>
    public abstract ICommunicator World { get; }

    /// <summary>The initial (or resumed) parameters, the whole vector, shape [d].</summary>
    public abstract ReadOnlyMemory<float> InitialParameters { get; }

    /// <summary>The embedding table at the start of the vector; empty where the model does not begin with one.</summary>
    public abstract EmbeddingTable Table { get; }

    /// <summary>Makes the job's optimizer for a range of the vector.</summary>
    public abstract Optimizer CreateOptimizer(int offset, int length);

    /// <summary>The job's learning rate after so many applied samples.</summary>
    public abstract float LearningRateAt(long samplesApplied);

    /// <summary>The clock of this world.</summary>
    public abstract TimeProvider Time { get; }

    /// <summary>Writes a decision of the strategy into the run's log, with the figures behind it.</summary>
    public abstract void Note(string decision);

    /// <summary>Where applied and dropped gradients are reported.</summary>
    public abstract IUpdateLedger Ledger { get; }

    /// <summary>Completes when the job's budget is used up: park nobody any more, answer every request with "stop".</summary>
    public abstract CancellationToken Stopping { get; }

    /// <summary>Raised on this server's event loop when a worker or another server is lost, with its rank in <see cref="World"/>.</summary>
    public abstract event Action<int>? PeerLost;

    /// <summary>
    /// Offers the server's part of the model for evaluation and checkpoints. <paramref name="copy"/> is called on the event loop between
    /// two messages and writes the range that starts at <paramref name="offset"/>; call this once, before serving. Only servers that hold
    /// the model, or the table in it, call it.
    /// </summary>
    public abstract void OfferModel(int offset, int length, Action<Memory<float>> copy);
}
