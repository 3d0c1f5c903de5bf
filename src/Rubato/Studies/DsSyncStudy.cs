using System.Globalization;
using Rubato.Charts;
using Rubato.Configuration;
using Rubato.Data;
using Rubato.Models;
using Rubato.Strategies;
using Rubato.Topologies;
using Rubato.Training;

namespace Rubato.Studies;

/// <summary>DS-Sync: what averages in changing small groups cost in accuracy, and what they save in time.</summary>
internal static class DsSyncStudy
{
    private const int Workers = 16, Epochs = 20;
    private const double Rate = 10e9;
    private const long ModelBytes = 100_000_000;

    private static readonly TimeSpan Latency = TimeSpan.FromMicroseconds(50);

    private static readonly (string Name, string Strategy)[] Modes =
    [
        ("full synchrony", "all-reduce"),
        ("one group", "ds-sync:group-size=16"),
        ("rows/columns", "ds-sync:group-size=4"),
        ("random groups", "ds-sync:group-size=4,deal=random"),
        ("racks", "ds-sync:group-size=4,deal=racks"),
        ("fixed groups", "ds-sync:group-size=4,deal=fixed"),
        ("never averaged", "local-sgd:period=1000000"),
    ];

    public static Study Study { get; } = new(
        "ds-sync",
        "Wang, Zhang, Liu, Chen, Tan, \"DS-Sync: Addressing Network Bottlenecks with Divide-and-Shuffle Synchronization for Distributed DNN Training\", arXiv:2007.03298",
        "averages in small groups that change every step take less time than a global one, at equal accuracy",
        RunAsync);

    private static async Task RunAsync(StudyContext study)
    {
        await AskAboutAccuracyAsync(study);
        await AskAboutSortedDataAsync(study);
        AskAboutTime(study);
        study.Remark("The paper's own rule for forming groups, its networks and its data are not reproduced. The groups dealt by racks are the card's.");
        study.Remark("The bars on time are about rings, as in the paper. Deterministic jobs exchange directly, in two message times whatever the size of a group: there small groups save bytes and no latency on a flat network, and between racks, where everybody's direct exchange is slower than a ring, they save more.");
    }

    // G1: shards that are alike.
    private static async Task AskAboutAccuracyAsync(StudyContext study)
    {
        Outcome[] all = await TrainAsync(study, "skew:0", 0.1);
        Outcome Of(string mode) => all[Array.FindIndex(Modes, one => one.Name == mode)];
        Outcome synchronous = Of("full synchrony"), rows = Of("rows/columns"), @fixed = Of("fixed groups");
        study.Ask("rows/columns: accuracy of the mean model below full synchrony, points", "1.0 or less", 100 * (synchronous.Mean - rows.Mean), lost => lost <= 1.0, "0.00");
        study.Ask("rows/columns: accuracy of worker 0 below full synchrony, points", "1.0 or less", 100 * (synchronous.First - rows.First), lost => lost <= 1.0, "0.00");
        study.Ask("fixed groups: accuracy of the mean model below full synchrony, points", "1.0 or more", 100 * (synchronous.Mean - @fixed.Mean), lost => lost >= 1.0, "0.00");
        study.Ask("fixed groups: spread of the replicas over that of rows/columns", "100 or more", @fixed.Spread / rows.Spread, ratio => ratio >= 100, "0");
        study.Ask("never averaged: accuracy of the mean model", "below 0.5", Of("never averaged").Mean, accuracy => accuracy < 0.5);
        Show(study, "Shards that are alike, rate 0.1", all);
    }

    // G2: shards sorted by label.
    private static async Task AskAboutSortedDataAsync(StudyContext study)
    {
        Outcome[] all = await TrainAsync(study, "skew:1", 0.05);
        double Of(string mode) => all[Array.FindIndex(Modes, one => one.Name == mode)].Mean;
        foreach (string mode in (string[])["rows/columns", "random groups"])
            study.Ask($"data sorted by label, {mode}: accuracy below full synchrony, points", "2 or less", 100 * (Of("full synchrony") - Of(mode)), lost => lost <= 2, "0.00");
        study.Ask("data sorted by label, fixed groups: accuracy", "below 0.6", Of("fixed groups"), accuracy => accuracy < 0.6);
        Show(study, "Shards sorted by label, rate 0.05", all);
    }

    private static async Task<Outcome[]> TrainAsync(StudyContext study, string partition, double rate)
    {
        TrainingJob[] jobs = [.. from mode in Modes from seed in study.Seeds select new TrainingJob
        {
            On = World.Simulation,
            Workers = Workers,
            BatchSize = 16,
            Dataset = "t1:noise=1.2",
            Model = Specification.Parse("mlp:hidden=64x64"),
            Strategy = Specification.Parse(mode.Strategy),
            Partition = partition,
            ComputeTime = ComputeTime.Parse("20ms"),
            Optimizer = Specification.Parse(string.Create(CultureInfo.InvariantCulture, $"sgd:lr={rate},momentum=0.9")),
            Schedule = Specification.Parse("milestones:first=0.6,second=0.85,factor=0.2"),
            Epochs = Epochs,
            EvaluateEvery = 1,
            Seed = seed,
        }];
        KeptReplicas[] kept = [.. jobs.Select(job => new KeptReplicas(StrategyCatalog.All.Create(job.Strategy), new float[Workers][]))];
        IReadOnlyList<StudyRun> runs = await study.RunAsync(jobs, kept);
        Dataset data = DatasetCatalog.Load(jobs[0].Dataset);
        IModel model = ModelCatalog.All.Create(jobs[0].Model)(data);
        var test = new Batch();
        data.Test.Read([.. Enumerable.Range(0, data.Test.Count)], test);
        int seeds = study.Seeds.Count;
        return [.. Enumerable.Range(0, Modes.Length).Select(mode =>
        {
            StudyRun[] own = [.. runs.Skip(mode * seeds).Take(seeds).Where(run => run.Report is not null)];
            KeptReplicas[] replicas = [.. kept.Skip(mode * seeds).Take(seeds).Where(one => one.Replicas.All(replica => replica is not null))];
            return new Outcome(
                runs.Skip(mode * seeds).Take(seeds).Average(run => run.Accuracy),
                replicas.Select(one => model.Evaluate(one.Replicas[0], test).Accuracy).DefaultIfEmpty(0).Average(),
                replicas.Select(one => one.Spread()).DefaultIfEmpty(double.NaN).Average(),
                [.. Enumerable.Range(0, Epochs).Select(epoch => (1.0 + epoch, own.Select(run => 100 * (run.Report!.Evaluations[epoch].TestAccuracy ?? 0)).DefaultIfEmpty(double.NaN).Average()))]);
        })];
    }

    private static void Show(StudyContext study, string title, Outcome[] all)
    {
        study.Show(new StudyTable(
            $"{title}: testbed T1 at noise 1.2, 16 workers, groups of 4", ["", "mean model", "worker 0", "spread of replicas"],
            [.. Modes.Zip(all, (mode, outcome) => (IReadOnlyList<string>)
                [mode.Name, Text(outcome.Mean, "0.000"), Text(outcome.First, "0.000"), Text(outcome.Spread, "0.0e0")])]));
        // A mean of models that were never averaged is no model; it would only flatten the other lines.
        ChartSeries[] lines = [.. Modes.Zip(all).Where(pair => pair.First.Name != "never averaged").Select(pair => new ChartSeries(pair.First.Name, pair.Second.Curve))];
        study.Show(new LineChart(
            title, new Axis("epochs", [0, Epochs], fromZero: true),
            new Axis("test accuracy of the mean model, %", lines.SelectMany(line => line.Points).Select(point => point.Y), fromZero: false), lines).ToSvg());
    }

    // G3: no gradients, averages only.
    private static void AskAboutTime(StudyContext study)
    {
        double Global(int workers, long bytes) => AveragingTime.Of(GridSchedule.OfLines(workers, workers), bytes, Latency, Rate, rounds: 4);
        double Grid(int workers, int group, long bytes) => AveragingTime.Of(GridSchedule.OfLines(workers, group), bytes, Latency, Rate, rounds: 8);
        double small = Grid(16, 4, ModelBytes) / Global(16, ModelBytes);
        study.Ask("flat network, 16 workers in groups of 4: time of an average over a global ring", "0.85 or less", small, ratio => ratio <= 0.85);
        study.Ask("flat network, 256 workers in groups of 16: time of an average over a global ring", "0.90 or less", Grid(256, 16, ModelBytes) / Global(256, ModelBytes), ratio => ratio <= 0.90);
        study.Ask("flat network, 4 kB, 16 workers in groups of 4: time of an average over a global ring", "0.25 or less", Grid(16, 4, 4000) / Global(16, 4000), ratio => ratio <= 0.25);

        double Racked(GroupSchedule schedule) => AveragingTime.Of(schedule, ModelBytes, Latency, Rate, rounds: 16, rack: 4, uplinkBitsPerSecond: Rate / 8);
        double global = Racked(GridSchedule.OfLines(16, 16)), racks = Racked(new RackSchedule(16, 4)), plain = Racked(GridSchedule.OfLines(16, 4));
        study.Ask("4 racks of 4 with thin uplinks, groups dealt by racks: time of an average over a global ring", "0.6 or less", racks / global, ratio => ratio <= 0.6);
        study.Ask("the same with plain rows and columns", "above 1", plain / global, ratio => ratio > 1);

        double Direct(GroupSchedule schedule, bool racked) => AveragingTime.Of(
            schedule, ModelBytes, Latency, Rate, rounds: 16, rack: racked ? 4 : null, uplinkBitsPerSecond: Rate / 8, ownChoice: true);
        (string Name, GroupSchedule Schedule)[] deals =
            [("global", GridSchedule.OfLines(16, 16)), ("rows/columns", GridSchedule.OfLines(16, 4)), ("random groups", new RandomSchedule(16, 4, 1)), ("racks", new RackSchedule(16, 4))];
        study.Show(new StudyTable(
            "Milliseconds an average of 100 MB, 16 workers, 10 Gbit/s, 50 µs; racks of 4 share an uplink of 1.25 Gbit/s", ["", "flat, ring", "flat, direct", "racks, ring", "racks, direct"],
            [.. deals.Select(deal => (IReadOnlyList<string>)
                [deal.Name, Milliseconds(AveragingTime.Of(deal.Schedule, ModelBytes, Latency, Rate, rounds: 16)), Milliseconds(Direct(deal.Schedule, racked: false)),
                    Milliseconds(Racked(deal.Schedule)), Milliseconds(Direct(deal.Schedule, racked: true))])]));
        int[] sizes = [4, 16, 64, 144, 256];
        ChartSeries[] lines =
        [
            new("global ring", [.. sizes.Select((size, place) => ((double)place, 1000 * Global(size, ModelBytes)))]),
            new("rows/columns", [.. sizes.Select((size, place) => ((double)place, 1000 * Grid(size, (int)Math.Sqrt(size), ModelBytes)))]),
        ];
        study.Show(new LineChart(
            "Time of an average of 100 MB on a flat network", Axis.Places("workers, in groups of their root", [.. sizes.Select(size => size.ToString(CultureInfo.InvariantCulture))]),
            new Axis("milliseconds", lines.SelectMany(line => line.Points).Select(point => point.Y), fromZero: true), lines).ToSvg());
    }

    private static string Milliseconds(double seconds) => Text(1000 * seconds, "0.0");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Means over the seeds.</summary>
    /// <param name="Mean">The accuracy of the replicas' mean.</param>
    /// <param name="First">The accuracy of worker 0's own replica.</param>
    /// <param name="Spread">See <see cref="KeptReplicas.Spread"/>.</param>
    /// <param name="Curve">The accuracy of the mean, in percent, by epoch.</param>
    private sealed record Outcome(double Mean, double First, double Spread, IReadOnlyList<(double, double)> Curve);
}
