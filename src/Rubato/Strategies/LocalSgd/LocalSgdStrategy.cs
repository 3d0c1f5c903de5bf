using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Optimizers;

namespace Rubato.Strategies.LocalSgd;

/// <summary>Every worker trains its own replica; every τ steps all replicas are replaced by their mean.</summary>
/// <remarks>
/// <para>Stich, "Local SGD Converges Fast and Communicates Little", ICLR 2019, arXiv:1805.09767, Algorithm 1; with full participation and
/// equal shares it is the FedAvg of McMahan et al., AISTATS 2017. The switch is that of Lin et al., "Don't Use Large Mini-Batches, Use Local
/// SGD", ICLR 2020, arXiv:1808.07217; the growing period that of Gu et al., "A Quadratic Synchronization Rule for Distributed Deep
/// Learning", ICLR 2024, arXiv:2310.14423; the two step sizes those of Woodworth et al., NeurIPS 2020, arXiv:2006.04735.</para>
/// <para>Paper → here: x Parameters, H (τ) Period, K WorkerCount, η (η_outer) LearningRate, η_inner LearningRate · InnerRate.
/// The optimizer's buffers stay on their worker.</para>
/// <para>Traffic: one all-reduce of d floats every τ steps. State: the step of the last average and the largest rate, equal on every worker; with
/// an inner rate other than 1 the outer iterate, d floats. The replica and its optimizer's state differ between workers.</para>
/// </remarks>
internal sealed class LocalSgdStrategy(LocalSgdOptions options) : IStrategy
{
    private const long LongestPeriod = int.MaxValue;

    private readonly float[] _peakRate = [0];  // the largest rate so far, so that a warm-up is no decay; shape [1]
    private long _averagedAt;                  // the step of the last average
    private float[] _outer = [];               // where this worker's steps lead at the whole rate, shape [d]; empty where that is the replica
    private float[] _moved = [];               // one step at the whole rate, shape [d]

    private bool HasOuter => options.InnerRate != 1;

    /// <inheritdoc/>
    public async ValueTask StartAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.Workers.BroadcastAsync(worker.Parameters, root: 0, cancellation);
        Begin(worker.Parameters.Span);
    }

    /// <inheritdoc/>
    /// <remarks>Between two averages, what an average would make of it now.</remarks>
    public ReadOnlyMemory<float> ModelOf(Worker worker) => HasOuter ? _outer : worker.Parameters;

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        if (HasOuter) await TakeInnerStepAsync(worker, cancellation);
        else await worker.TakeLocalStepAsync(cancellation);
        if (worker.Step - _averagedAt < PeriodAt(worker.Progress, worker.LearningRate)) return;

        _averagedAt = worker.Step;
        await worker.Workers.AllReduceAsync(HasOuter ? _outer : worker.Parameters, ReduceOperation.Mean, cancellation);
        if (HasOuter) _outer.CopyTo(worker.Parameters);
    }

    /// <summary>Takes the common start as the outer iterate.</summary>
    internal void Begin(ReadOnlySpan<float> initial)
    {
        if (!HasOuter) return;
        _outer = initial.ToArray();
        _moved = new float[initial.Length];
    }

    /// <summary>The period in force: 1 before the switch, then τ · (largest rate so far / rate)^growth, rounded.</summary>
    internal long PeriodAt(double progress, float learningRate)
    {
        _peakRate[0] = Math.Max(_peakRate[0], learningRate);
        if (progress < options.PostLocal) return 1;
        if (options.Growth == 0) return options.Period;
        // A rate of 0 has decayed for ever; nothing would be gained by averaging again.
        double grown = Math.Round(options.Period * Math.Pow((double)_peakRate[0] / learningRate, options.Growth));
        return grown < LongestPeriod ? (long)grown : LongestPeriod;
    }

    /// <summary>The optimizer's step δ from y: the outer iterate takes all of it, x ← x + δ, and the replica its share, y ← y + (η_inner/η_outer) δ.</summary>
    internal void TakeInnerStep(Optimizer optimizer, Span<float> y, ReadOnlySpan<float> gradient, float learningRate)
    {
        // The whole step is taken beside the replica, so that a share of 0 is one like any other, under any optimizer.
        y.CopyTo(_moved);
        optimizer.Step(_moved, gradient, learningRate);
        for (int j = 0; j < y.Length; j++)
        {
            float step = _moved[j] - y[j];
            _outer[j] += step;
            y[j] += options.InnerRate * step;
        }
    }

    private async ValueTask TakeInnerStepAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.ComputeGradientAsync(cancellation);
        TakeInnerStep(worker.Optimizer, worker.Parameters.Span, worker.Gradient.Span, worker.LearningRate);
        worker.ReportApplied(staleness: 0);
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        visitor.Counter("averaged-at", ref _averagedAt);
        visitor.Vector("peak-rate", _peakRate);
        visitor.Vector("outer", _outer);
    }
}
