using Rubato.Training;

namespace Rubato.Cli.Rendering;

/// <summary>The figures by which runs are told apart, in the order in which every table shows them.</summary>
internal static class RunFigures
{
    /// <summary>Each figure's name and how it is read from a report.</summary>
    public static IReadOnlyList<(string Name, Func<RunReport, string> Of)> All { get; } =
    [
        ("time", report => Quantity.Seconds(report.TrainSeconds)),
        ("test accuracy", report => Quantity.Percent(report.TestAccuracy)),
        ("sent", report => Quantity.Megabytes(report.BytesSent)),
        ("staleness, mean / max", report => Quantity.Text($"{report.Staleness.Mean:0.0} / {report.Staleness.Max}")),
        ("waiting", report => Quantity.Percent(report.WaitFraction)),
        ("samples applied", report => Quantity.Count(report.Samples.Applied)),
        ("samples dropped", report => Quantity.Count(report.Samples.Dropped)),
    ];
}
