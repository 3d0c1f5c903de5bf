using System.Globalization;

namespace Rubato.Cli.Rendering;

/// <summary>How quantities are written for people: few digits, always with their unit.</summary>
internal static class Quantity
{
    /// <summary>What stands where there is no figure.</summary>
    public const string None = "–";

    /// <summary>A duration: <c>0.42 s</c>, <c>12.3 s</c>, <c>5 min 07 s</c>.</summary>
    public static string Seconds(double? seconds) => seconds switch
    {
        null => None,
        < 10 => Text($"{seconds:0.00} s"),
        < 120 => Text($"{seconds:0.0} s"),
        _ => Text($"{Math.Floor(seconds.Value / 60):0} min {seconds.Value % 60:00} s"),
    };

    /// <summary>A share of one as a percentage with one decimal.</summary>
    public static string Percent(double? share) => share is null || double.IsNaN(share.Value) ? None : Text($"{share * 100:0.0} %");

    /// <summary>Bytes in decimal megabytes; small amounts in kilobytes.</summary>
    public static string Megabytes(long bytes) => bytes switch
    {
        0 => "0 MB",
        < 100_000 => Text($"{bytes / 1e3:0.0} kB"),
        < 100_000_000 => Text($"{bytes / 1e6:0.0} MB"),
        _ => Text($"{bytes / 1e6:#,0} MB"),
    };

    /// <summary>A count with thousands separators.</summary>
    public static string Count(long count) => Text($"{count:#,0}");

    /// <summary>How many times as fast: <c>3.1×</c>.</summary>
    public static string Times(double factor) => double.IsFinite(factor) ? Text($"{factor:0.00}×") : None;

    /// <summary>A loss with four decimals.</summary>
    public static string Loss(double? loss) => loss is null ? None : Text($"{loss:0.0000}");

    /// <summary>Text in the invariant culture.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
