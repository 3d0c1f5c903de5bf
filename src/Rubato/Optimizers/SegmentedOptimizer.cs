
namespace Rubato.Optimizers;

/// <summary>What the optimizers share: trained stretches go to the update rule, running statistics are moved by a fixed rate.</summary>
/// <remarks>
/// Rules write every element as one fixed expression of multiplications, additions, divisions and roots (each correctly rounded, none
/// fused), so that vector lanes, scalar tails and any cut of the range give the same bits.
/// </remarks>
internal abstract class SegmentedOptimizer : Optimizer
{
    private readonly (int Start, int End, bool IsStatistic)[] _segments;
    private readonly int _length;
    private readonly float _statisticsRate;

    protected SegmentedOptimizer(int length, IEnumerable<Range> statistics, float statisticsRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _length = length;
        _statisticsRate = statisticsRate;
        var segments = new List<(int, int, bool)>();
        int covered = 0;
        foreach ((int start, int count) in statistics.Select(range => range.GetOffsetAndLength(length)).OrderBy(part => part.Offset))
        {
            if (start < covered) throw new ArgumentException($"Statistics overlap at element {start}. Pass each stretch once.", nameof(statistics));
            if (start > covered) segments.Add((covered, start, false));
            if (count > 0) segments.Add((start, start + count, true));
            covered = start + count;
        }
        if (covered < length) segments.Add((covered, length, false));
        _segments = [.. segments];
    }

    public sealed override void Step(Span<float> parameters, ReadOnlySpan<float> gradient, float learningRate)
    {
        if (parameters.Length != _length || gradient.Length != _length)
        {
            throw new ArgumentException(
                $"The step is given {parameters.Length} parameters and {gradient.Length} gradient elements, but the optimizer was made for {_length}. Pass its whole range.");
        }
        Begin(learningRate);
        foreach ((int start, int end, bool isStatistic) in _segments)
        {
            if (isStatistic) MoveStatistics(parameters[start..end], gradient[start..end]);
            else Update(parameters[start..end], gradient[start..end], start, learningRate);
        }
    }

    /// <summary>Updates the trained elements of a part of the range, for rules that leave everything without gradient as it is.</summary>
    protected void UpdatePart(int start, Span<float> x, ReadOnlySpan<float> g, float learningRate)
    {
        if (start < 0 || x.Length != g.Length || x.Length > _length - start)
        {
            throw new ArgumentException(
                $"The step is given {x.Length} parameters from {start} and {g.Length} gradient elements, but the optimizer was made for {_length}. Pass a part of its range.");
        }
        foreach ((int first, int end, bool isStatistic) in _segments)
        {
            int from = Math.Max(first - start, 0), to = Math.Min(end - start, x.Length);
            if (from < to && !isStatistic) Update(x[from..to], g[from..to], start + from, learningRate);
        }
    }

    /// <summary>Once a step, before any stretch is updated.</summary>
    protected virtual void Begin(float learningRate)
    {
    }

    /// <summary>Updates a trained stretch, whose state begins at <paramref name="start"/>.</summary>
    protected abstract void Update(Span<float> x, ReadOnlySpan<float> g, int start, float learningRate);

    // The gradient of a statistic is running − batch, so this is the usual running ← (1 − rate)·running + rate·batch.
    private void MoveStatistics(Span<float> running, ReadOnlySpan<float> difference)
    {
        for (int i = 0; i < running.Length; i++) running[i] -= _statisticsRate * difference[i];
    }
}
