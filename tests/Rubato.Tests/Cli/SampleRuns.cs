using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Tests.Cli;

/// <summary>Reports with made-up figures, for rendering without training.</summary>
internal static class SampleRuns
{
    public static RunReport AllReduce { get; } = Report("all-reduce", seconds: 12.53, accuracy: 0.9722, bytes: 18_400_000, waiting: 0.656,
        staleness: new StalenessSummary(0, 0, 0, [1080]), dropped: 0);

    public static RunReport Grouped { get; } = Report("grouped:groups=4", seconds: 3.91, accuracy: 0.9694, bytes: 9_876_543, waiting: 0.0712,
        staleness: new StalenessSummary(2.91, 9, 4, [20, 60, 310, 400, 200, 50, 20, 10, 5, 5]), dropped: 48);

    public static RunReport Report(
        string strategy, double seconds, double? accuracy, long bytes, double waiting, StalenessSummary staleness, long dropped) => new()
        {
            Job = new TrainingJob { Strategy = Specification.Parse(strategy), Epochs = 12 },
            Servers = strategy.StartsWith("all-reduce", StringComparison.Ordinal) ? 0 : 1,
            Steps = 134,
            Samples = new SampleAccount(17_280 + dropped, 17_280, dropped, 0),
            Epochs = 12.02,
            TrainSeconds = seconds,
            WallSeconds = seconds + 1.2,
            TrainLoss = 0.0532,
            TestLoss = 0.1123,
            TestAccuracy = accuracy,
            SecondsToTarget = null,
            BytesToTarget = null,
            BytesSent = bytes,
            MessagesSent = 4321,
            Staleness = staleness,
            WaitFraction = waiting,
            ParametersSha256 = "3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b",
            Workers = [],
            Evaluations =
            [
                .. Enumerable.Range(1, 12).Select(epoch => new EvaluationPoint(
                    epoch, seconds * epoch / 12, bytes * epoch / 12, null, 0.9 / epoch,
                    accuracy is null ? null : accuracy - 0.6 / (epoch * epoch))),
            ],
            Losses = [],
        };

    public static RunProgress Progress { get; } = new(
        "training", 5_760, 17_244, 1.94, 0.4321,
        new EvaluationPoint(3, 1.2, 1_000_000, 0.5, 0.41, 0.9083), [52, 53, 51, 13, 52, 52, 53, 51], []);
}
