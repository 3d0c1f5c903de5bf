using Rubato.Configuration;
using Rubato.Data;

namespace Rubato.Models;

/// <summary>(output − target)², for one output; targets from <see cref="Batch.Targets"/>. The mean over samples is the mean squared error.</summary>
public sealed class SquaredError : Loss
{
    /// <inheritdoc/>
    public override void Accept(SampleShape output)
    {
        if (output.Size != 1)
            throw new InvalidRequestException($"Squared error has {output.Size} outputs, but a sample has 1 target. End the model with new Dense(1).");
    }

    /// <inheritdoc/>
    public override double Gradient(
        int samples, ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets, Span<float> gradient)
    {
        double total = 0;
        for (int i = 0; i < samples; i++)
        {
            double difference = outputs[i] - (double)targets[i];
            total += difference * difference;
            gradient[i] = (float)(2 * difference / samples);
        }
        return total / samples;
    }

    /// <inheritdoc/>
    public override ModelScore Score(int samples, ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets)
    {
        double total = 0;
        for (int i = 0; i < samples; i++) total += (outputs[i] - (double)targets[i]) * (outputs[i] - (double)targets[i]);
        return new ModelScore(samples, total, 0);
    }
}
