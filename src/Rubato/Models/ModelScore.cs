namespace Rubato.Models;

/// <summary>The result of evaluating samples; scores of parts add up to the score of the whole.</summary>
/// <param name="Samples">The number of samples evaluated.</param>
/// <param name="LossSum">The sum of their losses.</param>
/// <param name="Correct">How many were classified correctly; 0 for a regression.</param>
public readonly record struct ModelScore(long Samples, double LossSum, long Correct)
{
    /// <summary>The mean loss.</summary>
    public double Loss => LossSum / Samples;

    /// <summary>The share classified correctly, from 0 to 1.</summary>
    public double Accuracy => (double)Correct / Samples;

    /// <summary>The score of both parts together.</summary>
    public static ModelScore operator +(ModelScore a, ModelScore b) =>
        new(a.Samples + b.Samples, a.LossSum + b.LossSum, a.Correct + b.Correct);

    /// <summary>The score of both parts together.</summary>
    public static ModelScore Add(ModelScore left, ModelScore right) => left + right;
}
