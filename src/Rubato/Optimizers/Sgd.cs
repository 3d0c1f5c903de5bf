using System.ComponentModel;
using System.Numerics;
using Rubato.Configuration;
using Rubato.Numerics;

namespace Rubato.Optimizers;

/// <summary>Stochastic gradient descent, with momentum (heavy ball or Nesterov's) if wanted.</summary>
/// <remarks>
/// g ← g + λ·x; m ← μ·m + g; x ← x − η·m, or with Nesterov's x ← x − η·(g + μ·m), the form of Sutskever et al., "On the importance of
/// initialization and momentum in deep learning", ICML 2013, with the rate outside the momentum. State: d floats with momentum, none without.
/// </remarks>
public sealed record Sgd : OptimizerDefinition
{
    /// <summary>The learning rate η; above 0, default 0.1.</summary>
    [OptionName("lr"), Description("Learning rate, above 0.")]
    public float LearningRate
    {
        get;
        init => field = Positive(value, nameof(LearningRate), "learning rate", "0.1");
    } = 0.1f;

    /// <summary>Momentum μ, from 0 (none) to below 1; default 0.</summary>
    [Description("Momentum, from 0 (none) to below 1.")]
    public float Momentum
    {
        get;
        init => field = Decay(value, nameof(Momentum), "momentum", "0.9");
    }

    /// <summary>Whether the momentum is Nesterov's; needs momentum above 0.</summary>
    [Description("Whether the momentum is Nesterov's; needs a momentum above 0.")]
    public bool Nesterov { get; init; }

    /// <summary>Weight decay λ, added to the gradient; at least 0, default 0.</summary>
    [Description("Weight decay added to the gradient, at least 0.")]
    public float WeightDecay
    {
        get;
        init => field = NotNegative(value, nameof(WeightDecay), "weight decay", "0.0001");
    }

    /// <inheritdoc/>
    public override float BaseLearningRate => LearningRate;

    /// <inheritdoc/>
    public override bool CanStepParts => Momentum == 0 && WeightDecay == 0;

    /// <inheritdoc/>
    public override Optimizer Create(int length, IEnumerable<Range> statistics) => Momentum == 0
        ? new Plain(this, length, statistics)
        : new WithMomentum(this, length, statistics);

    private sealed class Plain(Sgd options, int length, IEnumerable<Range> statistics)
        : SegmentedOptimizer(length, statistics, options.StatisticsRate)
    {
        protected override void Update(Span<float> x, ReadOnlySpan<float> g, int start, float learningRate)
        {
            float decay = options.WeightDecay;
            int i = 0;
            for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var parameter = new Vector<float>(x[i..]);
                (parameter - (new Vector<float>(g[i..]) + parameter * decay) * learningRate).CopyTo(x[i..]);
            }
            for (; i < x.Length; i++) x[i] -= (g[i] + x[i] * decay) * learningRate;
        }

        public override void StepPart(int start, Span<float> parameters, ReadOnlySpan<float> gradient, float learningRate)
        {
            if (options.CanStepParts) UpdatePart(start, parameters, gradient, learningRate);
            else base.StepPart(start, parameters, gradient, learningRate);
        }

        public override void VisitState(IStateVisitor visitor)
        {
        }
    }

    private sealed class WithMomentum(Sgd options, int length, IEnumerable<Range> statistics)
        : SegmentedOptimizer(length, statistics, options.StatisticsRate)
    {
        private readonly float[] _momentum = new float[length];

        protected override void Update(Span<float> x, ReadOnlySpan<float> g, int start, float learningRate)
        {
            Span<float> m = _momentum.AsSpan(start, x.Length);
            float decay = options.WeightDecay, mu = options.Momentum;
            int i = 0;
            for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var parameter = new Vector<float>(x[i..]);
                Vector<float> gradient = new Vector<float>(g[i..]) + parameter * decay;
                Vector<float> momentum = new Vector<float>(m[i..]) * mu + gradient;
                momentum.CopyTo(m[i..]);
                Vector<float> direction = options.Nesterov ? gradient + momentum * mu : momentum;
                (parameter - direction * learningRate).CopyTo(x[i..]);
            }
            for (; i < x.Length; i++)
            {
                float gradient = g[i] + x[i] * decay;
                m[i] = m[i] * mu + gradient;
                x[i] -= (options.Nesterov ? gradient + m[i] * mu : m[i]) * learningRate;
            }
        }

        public override void VisitState(IStateVisitor visitor) => visitor.Vector("momentum", _momentum);
    }
}
