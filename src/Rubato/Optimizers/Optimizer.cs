using Rubato.Numerics;

namespace Rubato.Optimizers;

/// <summary>Moves parameters against a gradient. Owns its own state (momentum, moments) and nothing else.</summary>
/// <remarks>
/// Made for one contiguous range of a parameter vector, so that a server shard can own its part of the state. Every update is
/// elementwise: the bits of an element do not depend on how the vector is cut.
/// </remarks>
public abstract class Optimizer : IStateful
{
    /// <summary>Takes one step in place.</summary>
    /// <param name="parameters">The range, shape [length].</param>
    /// <param name="gradient">Its gradient, shape [length].</param>
    /// <param name="learningRate">The rate of this step; running statistics ignore it.</param>
    public abstract void Step(Span<float> parameters, ReadOnlySpan<float> gradient, float learningRate);

    /// <summary>Takes a step in place on a part of the range, whose state begins at <paramref name="start"/>: the rows of a table that have a gradient.</summary>
    /// <param name="start">The part's first element in the range.</param>
    /// <param name="parameters">The part.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="learningRate">The rate of this step.</param>
    /// <exception cref="NotSupportedException">The definition's <see cref="OptimizerDefinition.CanStepParts"/> is false.</exception>
    public virtual void StepPart(int start, Span<float> parameters, ReadOnlySpan<float> gradient, float learningRate) => throw new NotSupportedException(
        $"{GetType().Name} steps its whole range at once, but was asked for {parameters.Length} elements from {start}. Use sgd without momentum and weight decay, or adagrad.");

    /// <inheritdoc/>
    public abstract void VisitState(IStateVisitor visitor);
}
