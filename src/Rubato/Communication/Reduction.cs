using System.Numerics.Tensors;
using Rubato.Numerics;

namespace Rubato.Communication;

/// <summary>The arithmetic of a <see cref="ReduceOperation"/>; sums and means are <see cref="RankOrderedMean"/>'s expression.</summary>
internal static class Reduction
{
    /// <summary>Takes the next rank's vector in; <paramref name="position"/> counts the vectors taken before it.</summary>
    public static void Accumulate(ReduceOperation operation, Span<float> result, ReadOnlySpan<float> next, int position)
    {
        switch (operation)
        {
            case ReduceOperation.Sum or ReduceOperation.Mean:
                RankOrderedMean.Accumulate(result, next, position);
                break;
            case var _ when position == 0:
                next.CopyTo(result);
                break;
            case ReduceOperation.Min:
                TensorPrimitives.Min(result, next, result);
                break;
            default:
                TensorPrimitives.Max(result, next, result);
                break;
        }
    }

    /// <summary>Takes the next rank's vector into the sum so far, and leaves the result where that next vector was.</summary>
    /// <remarks>The same expression as <see cref="Accumulate"/>, sum on the left, so the bits are the same, down to which NaN survives.</remarks>
    public static void AccumulateInto(ReduceOperation operation, ReadOnlySpan<float> sum, Span<float> next)
    {
        switch (operation)
        {
            case ReduceOperation.Sum or ReduceOperation.Mean:
                TensorPrimitives.Add(sum, next, next);
                break;
            case ReduceOperation.Min:
                TensorPrimitives.Min(sum, next, next);
                break;
            default:
                TensorPrimitives.Max(sum, next, next);
                break;
        }
    }

    /// <summary>Turns what was accumulated of <paramref name="count"/> vectors into the result.</summary>
    public static void Finish(ReduceOperation operation, Span<float> result, int count)
    {
        if (operation == ReduceOperation.Mean) RankOrderedMean.Finish(result, count);
    }
}
