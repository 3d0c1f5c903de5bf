namespace Rubato.Strategies.ModelAveraging;

/// <summary>The arithmetic of going a part of the way to a common model.</summary>
internal static class Blend
{
    /// <summary>x ← (1 − α) x + α m; with α = 1 that is m to the bit.</summary>
    public static void Towards(Span<float> x, ReadOnlySpan<float> mean, float alpha)
    {
        for (int j = 0; j < x.Length; j++) x[j] = (1 - alpha) * x[j] + alpha * mean[j];
    }
}
