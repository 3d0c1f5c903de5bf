using System.Globalization;
using Rubato.Charts;
using Rubato.Configuration;
using Rubato.Numerics;
using Rubato.Training;

namespace Rubato.Studies;

/// <summary>Backup workers: the trade between waiting for the last gradients and doing without them, and what stale gradients cost.</summary>
internal static class BackupWorkersStudy
{
    private const int Workers = 100;
    private const double TargetAccuracy = 0.95;

    private static readonly int[] Quorums = [50, 70, 80, 90, 94, 96, 98, 99, 100];

    // The tail of the paper's step times: ordinary jitter, and now and then a step that is much longer.
    private static readonly ComputeTime StepTime = ComputeTime.Parse("20ms:log-normal:sigma=0.12");
    private static readonly Straggler Tail = Straggler.Parse("random:probability=0.02,factor=1,excess=1.5");

    public static Study Study { get; } = new(
        "backup-workers",
        "Chen, Pan, Monga, Bengio, Jozefowicz, \"Revisiting Distributed Synchronous SGD\", arXiv:1604.00981",
        "synchronous training with a few backup workers reaches the target sooner than without them and than asynchronous training",
        RunAsync);

    private static async Task RunAsync(StudyContext study)
    {
        AskAboutTheTail(study);
        await AskAboutTheOptimumAsync(study);
        await AskAboutAsynchronyAsync(study);
        await AskAboutTheProtocolAsync(study);
        AskAboutStaleness(study);
        study.Remark("Workers do not start anew at each update: a late one finishes its gradient, which is thrown away (the version gate). The paper's clusters, networks and data are not reproduced.");
    }

    // G1: the model of the tail alone.
    private static void AskAboutTheTail(StudyContext study)
    {
        const int Steps = 4000;
        var random = RandomStream.Create(1, "tail");
        double before98 = 0, before100 = 0;
        var times = new double[Workers];
        for (int step = 0; step < Steps; step++)
        {
            for (int worker = 0; worker < Workers; worker++)
            {
                times[worker] = Math.Exp(0.12 * random.NextNormal());
                if (random.NextDouble() < 0.02) times[worker] *= 1 - 1.5 * Math.Log(1 - random.NextDouble());
            }
            Array.Sort(times);
            if (times[97] < 2) before98++;
            if (times[99] < 2) before100++;
        }
        study.Ask("arrivals: share of steps whose 98th gradient of 100 comes within twice the base time", "0.80 or more", before98 / Steps, share => share >= 0.80, "0.00");
        study.Ask("arrivals: share of steps whose last gradient of 100 comes within twice the base time", "0.45 or less", before100 / Steps, share => share <= 0.45, "0.00");
    }

    // G2: time to the target over the number of gradients an update waits for.
    private static async Task AskAboutTheOptimumAsync(StudyContext study)
    {
        StudyCell[] cells = [.. Quorums.Select(quorum => new StudyCell(quorum, 0))];
        StudyGrid grid = await StudyGrid.RunAsync(study, cells, (cell, seed) => ToTarget($"backup-workers:backup={Workers - cell.X}", cell.X, seed));
        StudyGrid asynchronous = await StudyGrid.RunAsync(study, [new StudyCell(1, 0)], (_, seed) => ToTarget("async", Workers, seed));

        double TimeOf(int quorum) => grid.Mean(quorum, 0, run => run.SecondsToTarget);
        double UpdatesOf(int quorum) => grid.Mean(quorum, 0, run => run.Report!.Evaluations.First(point => point.TestAccuracy >= TargetAccuracy).Epoch * 8000 / (4 * quorum));
        int best = Quorums.MinBy(TimeOf);
        double asyncTime = asynchronous.Mean(1, 0, run => run.SecondsToTarget);

        study.Ask("fastest N of 100", "strictly inside 70 … 98", best, quorum => quorum is > 70 and < 98, "0");
        study.Ask("time to 0.95 with N = 96 over N = 100 (no backup)", "0.60 or less", TimeOf(96) / TimeOf(100), ratio => ratio <= 0.60);
        study.Ask("time to 0.95 with N = 50 over the best", "1.2 or more", TimeOf(50) / TimeOf(best), ratio => ratio >= 1.2);
        study.Ask("updates to 0.95 with N = 96 over N = 100", "1.2 or less", UpdatesOf(96) / UpdatesOf(100), ratio => ratio <= 1.2);
        study.Remark(string.Create(CultureInfo.InvariantCulture,
            $"With plain SGD at the card's rate, staleness costs this task nothing, and asynchronous training is sooner ({asyncTime:0.00} s) than the best number of backups ({TimeOf(best):0.00} s)."));

        string Cell(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
        study.Show(new StudyTable(
            $"Testbed T1, 100 workers: what it takes to an accuracy of {TargetAccuracy} (asynchronous: {Cell(asyncTime, "0.00")} s)",
            ["N", "updates", "ms an update", "seconds", "dropped"],
            [.. Quorums.Select(quorum => (IReadOnlyList<string>)
                [Cell(quorum, "0"), Cell(UpdatesOf(quorum), "0"), Cell(1000 * TimeOf(quorum) / UpdatesOf(quorum), "0.0"), Cell(TimeOf(quorum), "0.00"),
                    Cell(100 * grid.Mean(quorum, 0, DroppedShare), "0.0") + " %"])]));
        var line = new ChartSeries("backup workers", [.. Quorums.Select((quorum, place) => ((double)place, TimeOf(quorum)))]);
        var other = new ChartSeries("asynchronous", [.. Quorums.Select((_, place) => ((double)place, asyncTime))]);
        study.Show(new LineChart(
            $"Time to an accuracy of {TargetAccuracy}", Axis.Places("gradients that an update waits for, of 100 workers", [.. Quorums.Select(quorum => Cell(quorum, "0"))]),
            new Axis("seconds", line.Points.Concat(other.Points).Select(point => point.Y), fromZero: true), [line, other]).ToSvg());
    }

    private static TrainingJob ToTarget(string strategy, int quorum, ulong seed) => new()
    {
        On = World.Simulation,
        Workers = Workers,
        BatchSize = 4,
        Dataset = "t1:noise=1",
        Model = Specification.Parse("mlp:hidden=64x64"),
        Strategy = Specification.Parse(strategy),
        // 0.004 · N under the strategy's own linear scale.
        Optimizer = Specification.Parse("sgd:lr=0.4"),
        ComputeTime = StepTime,
        Stragglers = [Tail],
        TargetAccuracy = TargetAccuracy,
        Epochs = 40,
        // After every update.
        EvaluateEvery = 4.0 * quorum / 8000,
        Seed = seed,
    };

    // With the momentum that the paper trains with, each method at the rate that suits it best.
    private static async Task AskAboutAsynchronyAsync(StudyContext study)
    {
        string[] strategies = ["backup-workers:backup=10", "backup-workers:backup=0", "async"];
        double[] rates = [0.05, 0.1, 0.2, 0.4, 0.8];
        StudyCell[] cells = [.. from method in Enumerable.Range(0, strategies.Length) from rate in Enumerable.Range(0, rates.Length) select new StudyCell(method, rate)];
        StudyGrid grid = await StudyGrid.RunAsync(study, cells, (cell, seed) => ToTarget(strategies[cell.X], Workers, seed) with
        {
            Optimizer = Specification.Parse(string.Create(CultureInfo.InvariantCulture, $"sgd:lr={rates[cell.Y]},momentum=0.9")),
            Epochs = 12,
        });
        // A rate with which any seed misses the target is none to choose.
        double BestOf(int method) => Enumerable.Range(0, rates.Length).Select(rate => grid.Mean(method, rate, run => run.SecondsToTarget)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();
        study.Ask("momentum 0.9, each at its best rate: time to 0.95 with 10 backups over no backup", "below 1", BestOf(0) / BestOf(1), ratio => ratio < 1);
        study.Ask("momentum 0.9, each at its best rate: time to 0.95 with 10 backups over asynchronous", "below 1", BestOf(0) / BestOf(2), ratio => ratio < 1);
        study.Remark("With momentum 0.9, asynchronous training diverges at rates at which backup workers train soonest; each at its best rate, the two are about equally fast on this small task, whose network is free. The paper's lead over asynchronous training is not reproduced here.");
        study.Show(new StudyTable(
            "Seconds to 0.95 with momentum 0.9 by rate (none: a seed did not get there)", ["", .. rates.Select(rate => rate.ToString(CultureInfo.InvariantCulture))],
            [.. strategies.Select((strategy, method) => (IReadOnlyList<string>)
                [strategy, .. rates.Select((_, rate) => grid.Mean(method, rate, run => run.SecondsToTarget) is var seconds && double.IsFinite(seconds) ? seconds.ToString("0.00", CultureInfo.InvariantCulture) : "none")])]));
    }

    // G3: what the gate costs in time and in gradients, whatever is learned.
    private static async Task AskAboutTheProtocolAsync(StudyContext study)
    {
        const int Updates = 1000;
        StudyCell[] cells = [.. ((int[])[90, 96, 98, 100]).Select(quorum => new StudyCell(quorum, 0))];
        StudyGrid grid = await StudyGrid.RunAsync(study, cells, (cell, seed) => new TrainingJob
        {
            On = World.Simulation,
            Workers = Workers,
            BatchSize = 1,
            Model = Specification.Parse("logistic"),
            Strategy = Specification.Parse($"backup-workers:backup={Workers - cell.X}"),
            Optimizer = Specification.Parse("sgd:lr=0.01"),
            ComputeTime = StepTime,
            Stragglers = [Tail],
            // The budget is in gradients of all workers.
            Steps = Math.Max(1, Updates * cell.X / Workers),
            EvaluateEvery = 1_000_000,
            Seed = seed,
        });
        double StepOf(int quorum) => grid.Mean(quorum, 0, run => run.Seconds / (run.Report!.Samples.Applied / (double)quorum)) / 0.02;
        study.Ask("the gate's mean step with N = 96 over N = 100", "0.55 or less", StepOf(96) / StepOf(100), ratio => ratio <= 0.55);
        foreach (int quorum in (int[])[90, 96, 98])
        {
            double share = grid.Mean(quorum, 0, DroppedShare);
            study.Ask($"dropped gradients with N = {quorum}, distance from b/W, points", "1.5 or less", 100 * Math.Abs(share - (Workers - quorum) / (double)Workers), distance => distance <= 1.5, "0.0");
        }
        study.Show(grid.Table("N", "The gate's mean step over the base time, dropped share", (quorum, _) =>
            $"{StepOf(quorum).ToString("0.00", CultureInfo.InvariantCulture)}, {(100 * grid.Mean(quorum, 0, DroppedShare)).ToString("0.0", CultureInfo.InvariantCulture)} %"));
    }

    private static double DroppedShare(StudyRun run) => run.Report is { } report ? report.Samples.Dropped / (double)report.Samples.Computed : double.NaN;

    // G4: serial SGD on gradients of an age.
    private static void AskAboutStaleness(StudyContext study)
    {
        double[] rates = [0.05, 0.1, 0.2];
        int[] ages = [0, 5, 10, 20, 40];
        double[,] accuracy = DelayedSgd.Accuracies(rates, ages, study.Seeds, study.Cancellation);
        study.Ask("rate 0.2, staleness 20: accuracy lost against fresh gradients, points", "10 or more", 100 * (accuracy[2, 0] - accuracy[2, 3]), lost => lost >= 10, "0.0");
        study.Ask("half that rate at staleness 20: accuracy lost against fresh gradients at 0.2, points", "2 or less", 100 * (accuracy[2, 0] - accuracy[1, 3]), lost => lost <= 2, "0.0");
        study.Ask("rate 0.1, staleness 40: accuracy lost against fresh gradients, points", "10 or more", 100 * (accuracy[1, 0] - accuracy[1, 4]), lost => lost >= 10, "0.0");
        study.Ask("half that rate at staleness 40: accuracy lost against fresh gradients at 0.1, points", "2 or less", 100 * (accuracy[1, 0] - accuracy[0, 4]), lost => lost <= 2, "0.0");
        study.Show(new StudyTable(
            "Serial SGD on gradients of an age, testbed T1 at noise 1.2: accuracy by rate (rows) and age in updates (columns)",
            ["", .. ages.Select(age => age.ToString(CultureInfo.InvariantCulture))],
            [.. rates.Select((rate, row) => (IReadOnlyList<string>)
                [rate.ToString(CultureInfo.InvariantCulture), .. ages.Select((_, column) => accuracy[row, column].ToString("0.000", CultureInfo.InvariantCulture))])]));
    }
}
