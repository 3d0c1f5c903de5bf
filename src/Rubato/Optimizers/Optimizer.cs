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

    /// <inheritdoc/>
    public abstract void VisitState(IStateVisitor visitor);
}
