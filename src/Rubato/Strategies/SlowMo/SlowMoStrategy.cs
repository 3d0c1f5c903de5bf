using Rubato.Communication;
using Rubato.Numerics;

namespace Rubato.Strategies.SlowMo;

/// <summary>Steps of a base method whose exact averages are each followed by one slow momentum step.</summary>
/// <remarks>
/// <para>Wang et al., "SlowMo: Improving Communication-Efficient Distributed SGD with Slow Momentum", ICLR 2020, arXiv:1910.00643, Algorithm 1.</para>
/// <para>Paper → here: τ Period, α SlowRate, β SlowMomentum, γ LearningRate of the step that averages, x_{t,k} Parameters, x_{t,0} _anchor,
/// u_t _momentum, line 2 (buffer strategies) Buffers, line 4 (base optimizer) basis.</para>
/// <para>Traffic: that of the base, and one all-reduce of d floats every τ steps, which base=all-reduce does without; with averaged buffers one of the
/// optimizer's. State: 2d floats, equal on every worker, and the base's.</para>
/// </remarks>
/// <param name="options">τ, α, β and the treatment of buffers.</param>
/// <param name="basis">The strategy of the base, whose <see cref="IStrategy.ModelOf"/> is what is averaged.</param>
/// <param name="restart">Tells a base that holds more than the replica to go on from it; null where there is nothing to tell.</param>
internal sealed class SlowMoStrategy(SlowMoOptions options, IStrategy basis, Action<Worker>? restart = null) : IStrategy
{
    private readonly BaseBuffers _buffers = new();
    private float[] _anchor = [];    // x_{t,0}, shape [d]
    private float[] _momentum = [];  // u_t, shape [d], in units of a sum of τ directions

    /// <inheritdoc/>
    public async ValueTask StartAsync(Worker worker, CancellationToken cancellation)
    {
        await basis.StartAsync(worker, cancellation);
        Begin(worker.Parameters.Span);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<float> ModelOf(Worker worker) => basis.ModelOf(worker);

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        await basis.StepAsync(worker, cancellation);
        if (worker.Step % options.Period != 0) return;

        basis.ModelOf(worker).CopyTo(worker.Parameters);
        // x_{t,τ} ← mean over workers. That of equal replicas is each of them, and forming it would but round.
        if (options.Base != SlowMoBase.AllReduce) await worker.Workers.AllReduceAsync(worker.Parameters, ReduceOperation.Mean, cancellation);
        TakeSlowStep(worker.Parameters.Span, worker.LearningRate);
        restart?.Invoke(worker);
        if (options.Buffers == BufferTreatment.Reset) BaseBuffers.Reset(worker.Optimizer);
        if (options.Buffers == BufferTreatment.Average) await _buffers.AverageAsync(worker.Optimizer, worker.Workers, cancellation);
    }

    /// <summary>Takes the common start as the first anchor.</summary>
    internal void Begin(ReadOnlySpan<float> initial)
    {
        _anchor = initial.ToArray();
        _momentum = new float[initial.Length];
    }

    /// <summary>u ← β u + (x₀ − x̄)/γ and x₀ ← x₀ − α γ u, with the mean x̄ in <paramref name="x"/>, which then holds the new x₀.</summary>
    internal void TakeSlowStep(Span<float> x, float learningRate)
    {
        float alpha = options.SlowRate, beta = options.SlowMomentum;
        for (int j = 0; j < x.Length; j++)
        {
            // The same step with u's new value put in. So written, α = 1 and β = 0 give x̄ to the bit, and a rate of 0 divides nothing.
            float next = (1 - alpha) * _anchor[j] + alpha * x[j] - alpha * beta * learningRate * _momentum[j];
            if (learningRate > 0) _momentum[j] = beta * _momentum[j] + (_anchor[j] - x[j]) / learningRate;
            _anchor[j] = x[j] = next;
        }
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => basis.DrainAsync(worker, cancellation);

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => basis.LeaveAsync(worker, cancellation);

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        visitor.Vector("anchor", _anchor);
        visitor.Vector("momentum", _momentum);
        visitor.Part("base", basis);
    }
}
