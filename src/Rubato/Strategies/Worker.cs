using Rubato.Communication;
using Rubato.Compression;
using Rubato.Optimizers;

namespace Rubato.Strategies;

/// <summary>What a strategy may know of the worker that it steps: its vectors, its optimizer and its peers, but no model, data, clock or file.</summary>
public abstract class Worker
{
    /// <summary>This worker's rank, from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>The number of workers (P, N or m in the papers).</summary>
    public abstract int WorkerCount { get; }

    /// <summary>Which of the worker's threads takes the step, from 0: each has its own steps, mini-batches and gradient, all share the rest.</summary>
    public abstract int Thread { get; }

    /// <summary>The number of the step being taken, from 1; each thread counts its own.</summary>
    public abstract long Step { get; }

    /// <summary>The samples in this step's mini-batch.</summary>
    public abstract int BatchSize { get; }

    /// <summary>The samples that this worker draws from (n): its own pool, or all of them where workers share one row.</summary>
    public abstract int OwnSamples { get; }

    /// <summary>The most samples that any of the workers draws from.</summary>
    public abstract int MostOwnSamples { get; }

    /// <summary>The replica (x), shape [d].</summary>
    public abstract Memory<float> Parameters { get; }

    /// <summary>The last computed gradient (g), shape [d].</summary>
    public abstract Memory<float> Gradient { get; }

    /// <summary>The embedding table at the start of the replica; empty where the model does not begin with one.</summary>
    public abstract EmbeddingTable Table { get; }

    /// <summary>The rows of <see cref="Table"/> that this step's mini-batch reads, ascending and each once: no others have a gradient. Valid until the next step.</summary>
    public abstract ReadOnlyMemory<int> TouchedRows { get; }

    /// <summary>The learning rate of this step after the schedule (γ).</summary>
    public abstract float LearningRate { get; }

    /// <summary>The share of the job's budget in samples that was used up before this step, from 0 to 1; no number where only time or accuracy ends the job.</summary>
    public abstract double Progress { get; }

    /// <summary>The job's seed: a strategy's random streams are made from it, so that all workers can draw alike.</summary>
    public abstract ulong Seed { get; }

    /// <summary>The learning rate before the schedule.</summary>
    public abstract float BaseLearningRate { get; }

    /// <summary>The local optimizer: of the whole replica, or of what lies behind the table where servers keep that (<see cref="StrategyDefinition.KeepsTableOnServers"/>).</summary>
    public abstract Optimizer Optimizer { get; }

    /// <summary>All workers.</summary>
    public abstract ICommunicator Workers { get; }

    /// <summary>All workers, then all servers: rank <c>WorkerCount + i</c> is server i.</summary>
    public abstract ICommunicator World { get; }

    /// <summary>Averages vectors over all workers through the chosen compressor.</summary>
    public abstract IExchange Exchange { get; }

    /// <summary>Computes the gradient of this step's mini-batch at <see cref="Parameters"/> as they are now, into <see cref="Gradient"/>.</summary>
    public abstract ValueTask ComputeGradientAsync(CancellationToken cancellation);

    /// <summary>
    /// Computes the gradient of this step's mini-batch and takes the optimizer's step with it on the live replica, beside the event loop and without
    /// locks (Hogwild): other threads of the worker may read and write the replica meanwhile. In place of <see cref="ComputeGradientAsync"/>. Afterwards
    /// <see cref="Gradient"/> holds the gradient, that of touched rows too where servers keep the table.
    /// </summary>
    public abstract ValueTask StepInPlaceAsync(CancellationToken cancellation);

    /// <summary>Takes no gradient in this step, in place of <see cref="ComputeGradientAsync"/>. A worker with a pool of its own keeps the mini-batch for its next gradient.</summary>
    public abstract void SitOut();

    /// <summary>Reports that this step's gradient entered the model, computed on parameters <paramref name="staleness"/> updates old.</summary>
    /// <remarks>Whoever applies a gradient reports it: strategies that apply on the worker call this, servers have their own ledger.</remarks>
    public abstract void ReportApplied(int staleness);

    /// <summary>Reports that the replica was synchronized with others; how many steps lie between two of these is the run's sync gap.</summary>
    public abstract void ReportSynchronized();

    /// <summary>Marks communication that goes on while gradients are computed, so that the run's trace shows it beside them.</summary>
    /// <returns>Completes when <paramref name="communication"/> does.</returns>
    public abstract Task InBackground(ValueTask communication);

    /// <summary>Lets time pass on the worker's clock.</summary>
    public abstract Task DelayAsync(TimeSpan time, CancellationToken cancellation);
}
