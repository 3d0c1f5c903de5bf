using System.ComponentModel;
using System.Numerics;
using Rubato.Configuration;
using Rubato.Numerics;

namespace Rubato.Optimizers;

/// <summary>Adam with decoupled weight decay (AdamW).</summary>
/// <remarks>
/// Kingma and Ba, "Adam", ICLR 2015, arXiv:1412.6980, Algorithm 1; decay as in Loshchilov and Hutter, "Decoupled weight decay
/// regularization", ICLR 2019, arXiv:1711.05101: x ← x − η·λ·x beside the step. Paper → here: α learning rate, β₁ Beta1, β₂ Beta2, ε Epsilon.
/// State: 2d floats and the step count.
/// </remarks>
public sealed record Adam : OptimizerDefinition
{
    /// <summary>The learning rate α; above 0, default 0.001.</summary>
    [OptionName("lr"), Description("Learning rate, above 0.")]
    public float LearningRate
    {
        get;
        init => field = Positive(value, nameof(LearningRate), "learning rate", "0.001");
    } = 0.001f;

    /// <summary>The decay of the mean of gradients β₁, from 0 to below 1; default 0.9.</summary>
    [OptionName("beta1"), Description("Decay of the mean of gradients, from 0 to below 1.")]
    public float Beta1
    {
        get;
        init => field = Decay(value, nameof(Beta1), "beta1", "0.9");
    } = 0.9f;

    /// <summary>The decay of the mean of squared gradients β₂, from 0 to below 1; default 0.999.</summary>
    [OptionName("beta2"), Description("Decay of the mean of squared gradients, from 0 to below 1.")]
    public float Beta2
    {
        get;
        init => field = Decay(value, nameof(Beta2), "beta2", "0.999");
    } = 0.999f;

    /// <summary>Added to the root ε; above 0, default 1e-8.</summary>
    [Description("Added to the root, above 0.")]
    public float Epsilon
    {
        get;
        init => field = Positive(value, nameof(Epsilon), "epsilon", "1e-8");
    } = 1e-8f;

    /// <summary>Decoupled weight decay λ; at least 0, default 0.</summary>
    [Description("Weight decay beside the step (AdamW), at least 0.")]
    public float WeightDecay
    {
        get;
        init => field = NotNegative(value, nameof(WeightDecay), "weight decay", "0.01");
    }

    /// <inheritdoc/>
    public override float BaseLearningRate => LearningRate;

    /// <inheritdoc/>
    public override Optimizer Create(int length, IEnumerable<Range> statistics) => new Running(this, length, statistics);

    private sealed class Running(Adam options, int length, IEnumerable<Range> statistics)
        : SegmentedOptimizer(length, statistics, options.StatisticsRate)
    {
        private readonly float[] _mean = new float[length];
        private readonly float[] _square = new float[length];
        private long _step;
        private float _rate;
        private float _squareScale;

        protected override void Begin(float learningRate)
        {
            _step++;
            _rate = (float)(learningRate / (1 - Math.Pow(options.Beta1, _step)));
            _squareScale = (float)(1 / (1 - Math.Pow(options.Beta2, _step)));
        }

        protected override void Update(Span<float> x, ReadOnlySpan<float> g, int start, float learningRate)
        {
            Span<float> m = _mean.AsSpan(start, x.Length), v = _square.AsSpan(start, x.Length);
            float b1 = options.Beta1, b2 = options.Beta2, c1 = 1 - b1, c2 = 1 - b2, epsilon = options.Epsilon, rate = _rate, scale = _squareScale;
            float shrink = 1 - learningRate * options.WeightDecay;
            int i = 0;
            for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var gradient = new Vector<float>(g[i..]);
                Vector<float> mean = new Vector<float>(m[i..]) * b1 + gradient * c1;
                Vector<float> square = new Vector<float>(v[i..]) * b2 + gradient * gradient * c2;
                mean.CopyTo(m[i..]);
                square.CopyTo(v[i..]);
                Vector<float> step = mean * rate / (Vector.SquareRoot(square * scale) + new Vector<float>(epsilon));
                (new Vector<float>(x[i..]) * shrink - step).CopyTo(x[i..]);
            }
            for (; i < x.Length; i++)
            {
                m[i] = m[i] * b1 + g[i] * c1;
                v[i] = v[i] * b2 + g[i] * g[i] * c2;
                x[i] = x[i] * shrink - m[i] * rate / (MathF.Sqrt(v[i] * scale) + epsilon);
            }
        }

        public override void VisitState(IStateVisitor visitor)
        {
            visitor.Counter("step", ref _step);
            visitor.Vector("mean", _mean);
            visitor.Vector("square", _square);
        }
    }
}
