using System.Globalization;

namespace Rubato.Charts;

/// <summary>An axis that covers the data with round ticks: multiples of 1, 2 or 5 times a power of ten.</summary>
public sealed class Axis
{
    /// <summary>Creates an axis over the values.</summary>
    /// <param name="title">What it measures, with the unit.</param>
    /// <param name="values">The values to cover; none at all gives an axis from 0 to 1.</param>
    /// <param name="fromZero">Whether it begins at 0 whatever the values are.</param>
    /// <param name="intervals">About how many intervals there are between ticks.</param>
    public Axis(string title, IEnumerable<double> values, bool fromZero, int intervals = 6)
    {
        Title = title;
        double[] finite = [.. values.Where(double.IsFinite)];
        double low = fromZero ? 0 : finite.DefaultIfEmpty(0).Min(), high = finite.DefaultIfEmpty(1).Max();
        if (high <= low) high = low + (low == 0 ? 1 : Math.Abs(low) * 0.1);
        double step = RoundStep((high - low) / intervals);
        // Whole multiples are counted, because adding up steps would drift.
        long first = (long)Math.Floor(low / step + 1e-9), last = (long)Math.Ceiling(high / step - 1e-9);
        (Low, High) = (first * step, last * step);
        int decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));
        for (long k = first; k <= last; k++)
            Ticks.Add((k * step, (k * step).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)));
    }

    private Axis(string title, double low, double high)
    {
        (Title, Low, High) = (title, low, high);
    }

    /// <summary>An axis of evenly spaced places with names, for points whose x is 0, 1, 2, …</summary>
    /// <param name="title">What the places are.</param>
    /// <param name="names">One name a place; at least one.</param>
    public static Axis Places(string title, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var axis = new Axis(title, -0.25, names.Count - 0.75);
        for (int place = 0; place < names.Count; place++) axis.Ticks.Add((place, names[place]));
        return axis;
    }

    /// <summary>What it measures.</summary>
    public string Title { get; }

    /// <summary>The first tick.</summary>
    public double Low { get; }

    /// <summary>The last tick.</summary>
    public double High { get; }

    /// <summary>The ticks with their labels, ascending.</summary>
    public IList<(double Value, string Label)> Ticks { get; } = new List<(double Value, string Label)>();

    /// <summary>Where a value lies on the axis, 0 at <see cref="Low"/> and 1 at <see cref="High"/>.</summary>
    public double Share(double value) => (value - Low) / (High - Low);

    private static double RoundStep(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double lead = rough / power;
        return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    }
}
