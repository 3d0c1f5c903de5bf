using Rubato.Configuration;
using Rubato.Data;

namespace Rubato.Models;

/// <summary>log(1 + exp(∓output)) for labels 1 and 0: binary classification with one output, the log-odds of label 1.</summary>
/// <remarks>Evaluated in the form that does not overflow, in double.</remarks>
public sealed class LogisticLoss : Loss
{
    /// <inheritdoc/>
    public override void Accept(SampleShape output)
    {
        if (output.Size != 1)
            throw new InvalidRequestException($"The logistic loss has {output.Size} outputs, but it takes 1 (the log-odds). End the model with new Dense(1), or use SoftmaxCrossEntropy.");
    }

    /// <inheritdoc/>
    public override double Gradient(
        int samples, ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets, Span<float> gradient)
    {
        double total = 0;
        for (int i = 0; i < samples; i++)
        {
            CheckLabel(labels[i], 2, i);
            double sign = labels[i] == 1 ? 1 : -1, margin = sign * outputs[i];
            total += Of(margin);
            // −sign·σ(−margin); e is at most 1 on either branch.
            double e = Math.Exp(-Math.Abs(margin)), wrong = margin >= 0 ? e / (1 + e) : 1 / (1 + e);
            gradient[i] = (float)(-sign * wrong / samples);
        }
        return total / samples;
    }

    /// <inheritdoc/>
    public override ModelScore Score(int samples, ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets)
    {
        double total = 0;
        long correct = 0;
        for (int i = 0; i < samples; i++)
        {
            CheckLabel(labels[i], 2, i);
            total += Of(labels[i] == 1 ? outputs[i] : -outputs[i]);
            if (outputs[i] > 0 == (labels[i] == 1)) correct++;
        }
        return new ModelScore(samples, total, correct);
    }

    private static double Of(double margin) => Math.Max(0, -margin) + Math.Log(1 + Math.Exp(-Math.Abs(margin)));
}
