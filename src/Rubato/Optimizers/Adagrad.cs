using System.ComponentModel;
using System.Numerics;
using Rubato.Configuration;
using Rubato.Numerics;

namespace Rubato.Optimizers;

/// <summary>Steps divided by the root of the sum of all squared gradients so far.</summary>
/// <remarks>
/// Duchi, Hazan and Singer, "Adaptive subgradient methods", JMLR 2011, in the diagonal form: s ← s + g²; x ← x − η·g / (√s + ε).
/// State: d floats.
/// </remarks>
public sealed record Adagrad : OptimizerDefinition
{
    /// <summary>The learning rate η; above 0, default 0.02.</summary>
    [OptionName("lr"), Description("Learning rate, above 0.")]
    public float LearningRate
    {
        get;
        init => field = Positive(value, nameof(LearningRate), "learning rate", "0.01");
    } = 0.02f;

    /// <summary>Added to the root ε; above 0, default 1e-8.</summary>
    [Description("Added to the root, above 0.")]
    public float Epsilon
    {
        get;
        init => field = Positive(value, nameof(Epsilon), "epsilon", "1e-8");
    } = 1e-8f;

    /// <inheritdoc/>
    public override float BaseLearningRate => LearningRate;

    /// <inheritdoc/>
    public override bool CanStepParts => true;

    /// <inheritdoc/>
    public override Optimizer Create(int length, IEnumerable<Range> statistics) => new Running(this, length, statistics);

    private sealed class Running(Adagrad options, int length, IEnumerable<Range> statistics)
        : SegmentedOptimizer(length, statistics, options.StatisticsRate)
    {
        private readonly float[] _sum = new float[length];

        protected override void Update(Span<float> x, ReadOnlySpan<float> g, int start, float learningRate)
        {
            Span<float> s = _sum.AsSpan(start, x.Length);
            float epsilon = options.Epsilon;
            int i = 0;
            for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var gradient = new Vector<float>(g[i..]);
                Vector<float> sum = new Vector<float>(s[i..]) + gradient * gradient;
                sum.CopyTo(s[i..]);
                (new Vector<float>(x[i..]) - gradient * learningRate / (Vector.SquareRoot(sum) + new Vector<float>(epsilon))).CopyTo(x[i..]);
            }
            for (; i < x.Length; i++)
            {
                s[i] += g[i] * g[i];
                x[i] -= g[i] * learningRate / (MathF.Sqrt(s[i]) + epsilon);
            }
        }

        public override void StepPart(int start, Span<float> parameters, ReadOnlySpan<float> gradient, float learningRate) =>
            UpdatePart(start, parameters, gradient, learningRate);

        public override void VisitState(IStateVisitor visitor) => visitor.Vector("sum", _sum);
    }
}
