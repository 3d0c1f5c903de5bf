using System.ComponentModel;
using System.Numerics;
using Rubato.Configuration;
using Rubato.Numerics;

namespace Rubato.Optimizers;

/// <summary>Steps divided by the root of a running mean of squared gradients.</summary>
/// <remarks>
/// Tieleman and Hinton, "Lecture 6.5: rmsprop", Coursera, 2012: v ← ρ·v + (1 − ρ)·g²; x ← x − η·g / (√v + ε). State: d floats.
/// </remarks>
public sealed record RmsProp : OptimizerDefinition
{
    /// <summary>The learning rate η; above 0, default 0.001.</summary>
    [OptionName("lr"), Description("Learning rate, above 0.")]
    public float LearningRate
    {
        get;
        init => field = Positive(value, nameof(LearningRate), "learning rate", "0.001");
    } = 0.001f;

    /// <summary>The decay of the mean of squared gradients ρ, from 0 to below 1; default 0.9.</summary>
    [Description("Decay of the mean of squared gradients, from 0 to below 1.")]
    public float Rho
    {
        get;
        init => field = Decay(value, nameof(Rho), "rho", "0.9");
    } = 0.9f;

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
    public override Optimizer Create(int length, IEnumerable<Range> statistics) => new Running(this, length, statistics);

    private sealed class Running(RmsProp options, int length, IEnumerable<Range> statistics)
        : SegmentedOptimizer(length, statistics, options.StatisticsRate)
    {
        private readonly float[] _square = new float[length];

        protected override void Update(Span<float> x, ReadOnlySpan<float> g, int start, float learningRate)
        {
            Span<float> v = _square.AsSpan(start, x.Length);
            float rho = options.Rho, rest = 1 - rho, epsilon = options.Epsilon;
            int i = 0;
            for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var gradient = new Vector<float>(g[i..]);
                Vector<float> square = new Vector<float>(v[i..]) * rho + gradient * gradient * rest;
                square.CopyTo(v[i..]);
                (new Vector<float>(x[i..]) - gradient * learningRate / (Vector.SquareRoot(square) + new Vector<float>(epsilon))).CopyTo(x[i..]);
            }
            for (; i < x.Length; i++)
            {
                v[i] = v[i] * rho + g[i] * g[i] * rest;
                x[i] -= g[i] * learningRate / (MathF.Sqrt(v[i]) + epsilon);
            }
        }

        public override void VisitState(IStateVisitor visitor) => visitor.Vector("square", _square);
    }
}
