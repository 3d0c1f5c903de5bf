using System.Globalization;

namespace Rubato.Tests.Strategies;

/// <summary>A strategy with options that make it another one; in both, {workers} stands for their number and {others} for one less.</summary>
/// <param name="Strategy">The strategy with its options.</param>
/// <param name="Same">What it is with them.</param>
/// <param name="Tolerance">How far apart the two models may be.</param>
internal sealed record SpecialCase(string Strategy, string Same, float Tolerance)
{
    public IReadOnlyList<int> Workers { get; init; } = [1, 2, 3, 7];

    public int Steps { get; init; } = 12;

    /// <summary>The job's momentum; null for its default.</summary>
    public float? Momentum { get; init; }

    /// <summary>Whether the two are the same at a constant learning rate only.</summary>
    public bool AtOneRate { get; init; }

    public static string For(string strategy, int workers) => strategy
        .Replace("{workers}", workers.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{others}", (workers - 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
