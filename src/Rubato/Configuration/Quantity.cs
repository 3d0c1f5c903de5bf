using System.Globalization;

namespace Rubato.Configuration;

/// <summary>Numbers with units in flags and job files: times in us, ms or s, and rates in bit, kbit, Mbit or Gbit a second.</summary>
internal static class Quantity
{
    private static readonly (string Name, double Bits)[] RateUnits = [("Gbit", 1e9), ("Mbit", 1e6), ("kbit", 1e3), ("bit", 1)];

    /// <summary>Reads a time of zero or more.</summary>
    public static TimeSpan ParseTime(string what, string text)
    {
        (string number, long ticks) = text switch
        {
            "0" => ("0", 1),
            _ when text.EndsWith("us", StringComparison.Ordinal) => (text[..^2], TimeSpan.TicksPerMicrosecond),
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], TimeSpan.TicksPerMillisecond),
            _ when text.EndsWith('s') => (text[..^1], TimeSpan.TicksPerSecond),
            _ when decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
                => throw new InvalidRequestException($"The {what} '{text}' has no unit; us, ms and s are known. Write {text}ms, for example."),
            _ => ("", 1),
        };
        // Decimal, so that 0.1ms is exact.
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)
            || value > (decimal)long.MaxValue / ticks)
            throw new InvalidRequestException($"The {what} '{text}' is no time; it must be a number from 0 with unit us, ms or s. Write 20ms, for example.");
        return TimeSpan.FromTicks((long)decimal.Round(value * ticks));
    }

    /// <summary>Writes a time in the largest unit in which it is a whole number, else in microseconds.</summary>
    public static string Write(TimeSpan time)
    {
        if (time.Ticks != 0 && time.Ticks % TimeSpan.TicksPerSecond == 0)
            return string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / TimeSpan.TicksPerSecond}s");
        return time.Ticks % TimeSpan.TicksPerMillisecond == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / TimeSpan.TicksPerMillisecond}ms")
            : string.Create(CultureInfo.InvariantCulture, $"{(decimal)time.Ticks / TimeSpan.TicksPerMicrosecond}us");
    }

    /// <summary>Reads a rate above zero, in bits a second.</summary>
    public static double ParseRate(string what, string text)
    {
        foreach ((string name, double bits) in RateUnits)
        {
            if (!text.EndsWith(name, StringComparison.Ordinal)) continue;
            if (double.TryParse(text[..^name.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && value * bits is > 0 and < double.PositiveInfinity)
                return value * bits;
            break;
        }
        throw new InvalidRequestException($"The {what} '{text}' is no rate; it must be a number above 0 with unit kbit, Mbit or Gbit. Write 1Gbit, for example.");
    }

    /// <summary>Writes a rate in the largest unit that gives the same number back when read.</summary>
    public static string WriteRate(double bitsPerSecond)
    {
        foreach ((string name, double bits) in RateUnits)
        {
            double value = bitsPerSecond / bits;
            if (bits == 1 || (value >= 1 && value * bits == bitsPerSecond)) return value.ToString("R", CultureInfo.InvariantCulture) + name;
        }
        throw new ArgumentOutOfRangeException(nameof(bitsPerSecond), bitsPerSecond, "A rate must be a number.");
    }
}
