using System.Collections;

namespace Rubato.Communication;

/// <summary>Endpoints that follow each other, as the members of a group: all workers, or all workers and servers. Takes no memory for its members.</summary>
/// <param name="first">The first endpoint.</param>
/// <param name="count">How many there are.</param>
public sealed class EndpointRange(int first, int count) : IReadOnlyList<int>, IEquatable<EndpointRange>
{
    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public int this[int index] => (uint)index < (uint)count
        ? first + index
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {count} endpoints in this range.");

    /// <summary>These endpoints as a range; null when they do not follow each other in ascending order, or there are none.</summary>
    public static EndpointRange? Of(IReadOnlyList<int> endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        for (int i = 0; i < endpoints.Count; i++)
            if (endpoints[i] != endpoints[0] + i) return null;
        return endpoints.Count == 0 ? null : new EndpointRange(endpoints[0], endpoints.Count);
    }

    /// <summary>Whether an endpoint lies in the range.</summary>
    public bool Contains(int endpoint) => endpoint >= first && endpoint < first + count;

    /// <inheritdoc/>
    public bool Equals(EndpointRange? other) => other is not null && other.Count == count && (count == 0 || other[0] == first);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EndpointRange);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(first, count);

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => Enumerable.Range(first, count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
