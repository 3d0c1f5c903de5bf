using System.Globalization;
using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>Workers in classes of speed, in rank order: <c>2x8,6x1</c> for two workers eight times as fast as the six after them.</summary>
public sealed record SpeedClasses
{
    private readonly double[] _speeds;

    private SpeedClasses(IReadOnlyList<(int Count, double Speed)> classes)
    {
        Classes = classes;
        _speeds = [.. classes.SelectMany(one => Enumerable.Repeat(one.Speed, one.Count))];
    }

    /// <summary>How many workers of which speed, in rank order.</summary>
    public IReadOnlyList<(int Count, double Speed)> Classes { get; }

    /// <summary>Workers in all classes together.</summary>
    public int Workers => _speeds.Length;

    /// <summary>The speed of a worker: a step takes its base time over this.</summary>
    public double Of(int rank) => _speeds[rank];

    /// <summary>Reads <c>COUNTxSPEED</c>, several with commas.</summary>
    /// <exception cref="InvalidRequestException">A class is not of this form, its count below 1 or its speed not above 0.</exception>
    public static SpeedClasses Parse(string text)
    {
        var classes = new List<(int, double)>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] numbers = part.Split('x');
            if (numbers.Length != 2 || !int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count is < 1 or > 65_536
                || !double.TryParse(numbers[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double speed) || !(speed > 0) || !double.IsFinite(speed))
            {
                throw new InvalidRequestException(
                    $"The speed class '{part}' is not COUNTxSPEED with a count from 1 and a speed above 0. Write 2x8,6x1 for two workers eight times as fast as six others.");
            }
            classes.Add((count, speed));
        }
        return new SpeedClasses(classes);
    }

    /// <summary>The classes as <see cref="Parse"/> reads them.</summary>
    public override string ToString() =>
        string.Join(',', Classes.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Count}x{one.Speed:R}")));

    /// <inheritdoc/>
    public bool Equals(SpeedClasses? other) => other is not null && Classes.SequenceEqual(other.Classes);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
