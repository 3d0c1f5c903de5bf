using System.Numerics.Tensors;

namespace Rubato.Numerics;

/// <summary>The one expression by which vectors of several ranks become their sum or mean, so that every world gives the same bits.</summary>
/// <remarks>
/// The first rank's vector is copied, each next one added in ascending rank, and the sum multiplied once by 1/count. Elementwise, so a
/// vector may be cut anywhere without changing a bit.
/// </remarks>
public static class RankOrderedMean
{
    /// <summary>Takes the next rank's vector into the sum; <paramref name="position"/> counts the vectors taken before it.</summary>
    public static void Accumulate(Span<float> sum, ReadOnlySpan<float> next, int position)
    {
        if (position == 0) next.CopyTo(sum);
        else TensorPrimitives.Add(sum, next, sum);
    }

    /// <summary>Turns the sum of <paramref name="count"/> vectors into their mean.</summary>
    public static void Finish(Span<float> sum, int count)
    {
        if (count > 1) TensorPrimitives.Multiply(sum, 1f / count, sum);
    }
}
