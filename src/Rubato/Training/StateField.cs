using System.Globalization;

namespace Rubato.Training;

/// <summary>One field of a <see cref="StateSnapshot"/>: a vector, or a counter where <paramref name="Vector"/> is null.</summary>
internal sealed record StateField(string Name, float[]? Vector, long Counter)
{
    /// <summary>Says where the field differs from another of the same name, or null where every bit is the same.</summary>
    public string? FirstDifference(StateField other)
    {
        if (Vector is null || other.Vector is null)
        {
            if (Vector is not null || other.Vector is not null) return $"{Name}: a vector in one, a counter in the other";
            return Counter == other.Counter ? null : $"{Name}: {Counter} and {other.Counter}";
        }
        if (Vector.Length != other.Vector.Length) return $"{Name}: {Vector.Length} and {other.Vector.Length} elements";
        for (int i = 0; i < Vector.Length; i++)
        {
            // Bits, not values: NaN equals itself and -0 differs from 0.
            if (BitConverter.SingleToInt32Bits(Vector[i]) != BitConverter.SingleToInt32Bits(other.Vector[i]))
                return string.Create(CultureInfo.InvariantCulture, $"{Name}[{i}]: {Vector[i]:R} and {other.Vector[i]:R}");
        }
        return null;
    }
}
