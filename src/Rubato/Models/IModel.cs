using Rubato.Data;
using Rubato.Numerics;

namespace Rubato.Models;

/// <summary>A pure function of one flat parameter vector: (parameters, batch) → (loss, gradient).</summary>
/// <remarks>
/// The object holds no training state, so any number of workers share one; implementations are safe for concurrent calls.
/// Scratch memory is pooled inside: once warm, a call allocates nothing.
/// </remarks>
public interface IModel
{
    /// <summary>Names the blocks of the parameter vector; its length is d.</summary>
    ParameterLayout Layout { get; }

    /// <summary>Writes initial values, shape [d]; the same stream gives the same bits.</summary>
    void Initialize(Span<float> parameters, RandomStream random);

    /// <summary>Computes the mean loss over the batch and overwrites <paramref name="gradient"/> with its gradient.</summary>
    /// <param name="parameters">Shape [d].</param>
    /// <param name="batch">At least one sample.</param>
    /// <param name="gradient">Shape [d]; for running statistics see <see cref="ParameterBlock"/>.</param>
    /// <param name="pass">Random draws and listeners of this computation.</param>
    /// <returns>The mean loss over the batch.</returns>
    double ComputeGradient(ReadOnlySpan<float> parameters, Batch batch, Span<float> gradient, GradientPass pass);

    /// <summary>Evaluates the batch without learning from it (no dropout, running statistics instead of the batch's own).</summary>
    ModelScore Evaluate(ReadOnlySpan<float> parameters, Batch batch);
}
