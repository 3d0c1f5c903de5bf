using Rubato.Data;

namespace Rubato.Models;

/// <summary>What a model's outputs are measured by. Stateless.</summary>
public abstract class Loss
{
    /// <summary>Refuses outputs that the loss cannot measure.</summary>
    /// <exception cref="Configuration.InvalidRequestException">The message names the shape and the fix.</exception>
    public abstract void Accept(SampleShape output);

    /// <summary>Computes the mean loss and its gradient by the outputs.</summary>
    /// <param name="samples">The number of samples, at least 1.</param>
    /// <param name="outputs">Shape [samples, outputs].</param>
    /// <param name="labels">Shape [samples].</param>
    /// <param name="targets">Shape [samples].</param>
    /// <param name="gradient">Is overwritten with the gradient of the mean, shape [samples, outputs].</param>
    /// <returns>The mean loss.</returns>
    /// <exception cref="ArgumentException">A label does not fit the outputs.</exception>
    public abstract double Gradient(
        int samples, ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets, Span<float> gradient);

    /// <summary>Scores the outputs without a gradient.</summary>
    /// <exception cref="ArgumentException">A label does not fit the outputs.</exception>
    public abstract ModelScore Score(int samples, ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets);

    private protected static void CheckLabel(int label, int classes, int sample)
    {
        if ((uint)label >= (uint)classes)
            throw new ArgumentException($"Sample {sample} of the batch has label {label}, but the model has {classes} classes, 0 to {classes - 1}. Build the model for this data's classes.");
    }
}
