using Rubato.Charts;
using Rubato.Training;

namespace Rubato.Cli.Charts;

/// <summary>Test accuracy over the cluster's clock, one line a run.</summary>
internal static class AccuracyChart
{
    /// <summary>The chart as SVG; runs of a regression, which have no accuracy, show their test loss instead.</summary>
    public static string Of(IReadOnlyList<RunReport> runs)
    {
        bool accuracy = runs.SelectMany(run => run.Evaluations).Any(point => point.TestAccuracy is not null);
        ChartSeries[] series =
        [
            .. runs.Select(run => new ChartSeries(
                run.Job.Strategy.ToString(),
                [.. run.Evaluations.Select(point => (point.Seconds, accuracy ? (point.TestAccuracy ?? double.NaN) * 100 : point.TestLoss))])),
        ];
        TrainingJob job = runs[0].Job;
        return new LineChart(
            $"{job.Model.Name} on {job.Dataset}, {job.Workers} workers",
            new Axis("training time, seconds", series.SelectMany(line => line.Points).Select(point => point.X), fromZero: true, intervals: 8),
            new Axis(accuracy ? "test accuracy, %" : "test loss", series.SelectMany(line => line.Points).Select(point => point.Y), fromZero: false),
            series).ToSvg();
    }
}
