namespace Rubato.Communication;

/// <summary>What one rank's call of a collective costs: the documented formula as a value, against which tests hold the counted traffic.</summary>
/// <param name="Steps">Messages one after the other on the longest path, a part that travels in segments counted once.</param>
/// <param name="Messages">Messages this rank sends.</param>
/// <param name="Bytes">Payload bytes this rank sends, stamps included.</param>
internal readonly record struct CollectiveCost(int Steps, long Messages, long Bytes)
{
    /// <summary>One part of so many floats, sent to one rank.</summary>
    public static CollectiveCost OfPart(int floats) => floats == 0
        ? default
        : new CollectiveCost(0, Segments.CountOf(floats), (long)floats * sizeof(float) + CallStamp.Size);

    /// <summary>The same traffic several times.</summary>
    public static CollectiveCost operator *(int times, CollectiveCost cost) => new(times * cost.Steps, times * cost.Messages, times * cost.Bytes);

    /// <summary>One after the other.</summary>
    public static CollectiveCost operator +(CollectiveCost a, CollectiveCost b) => new(a.Steps + b.Steps, a.Messages + b.Messages, a.Bytes + b.Bytes);
}
