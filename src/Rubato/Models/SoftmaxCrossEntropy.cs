using Rubato.Configuration;
using Rubato.Data;

namespace Rubato.Models;

/// <summary>−log softmax(outputs)[label]: one output a class, not normalized; labels from <see cref="Batch.Labels"/>.</summary>
/// <remarks>Shifted by the largest output, so that no exponential overflows; sums in double.</remarks>
public sealed class SoftmaxCrossEntropy : Loss
{
    /// <inheritdoc/>
    public override void Accept(SampleShape output)
    {
        if (output.Size < 2)
            throw new InvalidRequestException($"Softmax cross-entropy has {output.Size} outputs, but it needs one for each of 2 or more classes. Use LogisticLoss for one output.");
    }

    /// <inheritdoc/>
    public override double Gradient(
        int samples, ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets, Span<float> gradient)
    {
        int classes = outputs.Length / samples;
        double total = 0;
        for (int i = 0; i < samples; i++)
        {
            ReadOnlySpan<float> row = outputs.Slice(i * classes, classes);
            Span<float> result = gradient.Slice(i * classes, classes);
            CheckLabel(labels[i], classes, i);
            double largest = row[ArgMax(row)], sum = 0;
            for (int j = 0; j < classes; j++)
            {
                double exponential = Math.Exp(row[j] - largest);
                sum += exponential;
                result[j] = (float)exponential;
            }
            double scale = 1 / (sum * samples);
            for (int j = 0; j < classes; j++) result[j] = (float)(result[j] * scale);
            result[labels[i]] -= 1f / samples;
            total += Math.Log(sum) - (row[labels[i]] - largest);
        }
        return total / samples;
    }

    /// <inheritdoc/>
    public override ModelScore Score(int samples, ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets)
    {
        int classes = outputs.Length / samples;
        double total = 0;
        long correct = 0;
        for (int i = 0; i < samples; i++)
        {
            ReadOnlySpan<float> row = outputs.Slice(i * classes, classes);
            CheckLabel(labels[i], classes, i);
            int best = ArgMax(row);
            double sum = 0;
            foreach (float value in row) sum += Math.Exp(value - (double)row[best]);
            total += Math.Log(sum) - (row[labels[i]] - (double)row[best]);
            if (best == labels[i]) correct++;
        }
        return new ModelScore(samples, total, correct);
    }

    private static int ArgMax(ReadOnlySpan<float> row)
    {
        int best = 0;
        for (int j = 1; j < row.Length; j++) if (row[j] > row[best]) best = j;
        return best;
    }
}
