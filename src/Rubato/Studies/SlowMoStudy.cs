using System.Globalization;
using Rubato.Charts;
using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Studies;

/// <summary>SlowMo: what a slow momentum step after every average wins in training loss, and what it costs in time and bytes.</summary>
internal static class SlowMoStudy
{
    private const int LocalSgd = 0, SlowMoReset = 1, SlowMoKeep = 2, AllReduce = 3;

    private static readonly (string Name, string Strategy)[] Methods =
    [
        ("local SGD", "local-sgd:period=12"),
        ("SlowMo, buffers reset", "slowmo:period=12,slow-momentum=0.7,buffers=reset"),
        ("SlowMo, buffers kept", "slowmo:period=12,slow-momentum=0.7,buffers=keep"),
        ("all-reduce SGD", "all-reduce"),
    ];

    private static readonly (string Name, string Strategy)[] LongPeriods =
    [
        ("local SGD", "local-sgd:period=48"),
        ("SlowMo, β = 0.7", "slowmo:period=48,slow-momentum=0.7"),
        ("SlowMo, β = 0.5", "slowmo:period=48,slow-momentum=0.5"),
    ];

    // In thousandths.
    private static readonly int[] Rates = [25, 50, 100, 200];

    public static Study Study { get; } = new(
        "slowmo",
        "Wang, Tantia, Ballas, Rabbat, \"SlowMo: Improving Communication-Efficient Distributed SGD with Slow Momentum\", ICLR 2020, arXiv:1910.00643",
        "slow momentum improves the loss of local SGD at the same communication and time",
        RunAsync);

    private static async Task RunAsync(StudyContext study)
    {
        StudyCell[] cells = [.. from method in Enumerable.Range(0, Methods.Length) from rate in Rates select new StudyCell(method, rate)];
        StudyGrid grid = await StudyGrid.RunAsync(study, cells, (cell, seed) => Job(Methods[cell.X].Strategy, cell.Y, seed));

        double worst = grid.Runs(SlowMoReset, 50).Zip(grid.Runs(LocalSgd, 50), (slow, local) => Loss(slow) / Loss(local)).Max();
        study.Ask("rate 0.05: training loss of SlowMo (reset) over local SGD, largest of the seeds", "0.95 or less", worst, ratio => ratio <= 0.95);
        double BestOf(params int[] methods) => methods.Min(method => Rates.Min(rate => Mean(grid, method, rate)));
        study.Ask("each at its best rate: training loss of SlowMo over local SGD", "0.96 or less", BestOf(SlowMoReset, SlowMoKeep) / BestOf(LocalSgd), ratio => ratio <= 0.96);
        study.Ask("time of SlowMo over local SGD", "within 1 %", grid.Seconds(SlowMoReset, 50) / grid.Seconds(LocalSgd, 50), ratio => Math.Abs(ratio - 1) <= 0.01, "0.0000");
        study.Ask("time of SlowMo over all-reduce", "0.75 or less", grid.Seconds(SlowMoReset, 50) / grid.Seconds(AllReduce, 50), ratio => ratio <= 0.75);
        double Bytes(int method) => grid.Mean(method, 50, run => run.Report!.BytesSent);
        study.Ask("bytes of SlowMo over local SGD", "1", Bytes(SlowMoReset) / Bytes(LocalSgd), ratio => Math.Abs(ratio - 1) < 1e-9, "0.0000");

        study.Show(new StudyTable("Training loss of the averaged model by rate, period 12", ["", .. Rates.Select(rate => Text(rate / 1000.0, "0.###"))],
            [.. Methods.Select((method, i) => (IReadOnlyList<string>)[method.Name, .. Rates.Select(rate => Text(Mean(grid, i, rate), "0.000"))])]));
        ChartSeries[] lines = [.. Methods.Select((method, i) => new ChartSeries(method.Name, [.. Rates.Select((rate, place) => ((double)place, Mean(grid, i, rate)))]))];
        study.Show(new LineChart("Training loss by rate, period 12", Axis.Places("rate", [.. Rates.Select(rate => Text(rate / 1000.0, "0.###"))]),
            new Axis("training loss", lines.SelectMany(line => line.Points).Select(point => point.Y), false), lines).ToSvg());

        StudyCell[] rare = [.. Enumerable.Range(0, LongPeriods.Length).Select(method => new StudyCell(method, 25))];
        StudyGrid longer = await StudyGrid.RunAsync(study, rare, (cell, seed) => Job(LongPeriods[cell.X].Strategy, cell.Y, seed));
        study.Show(new StudyTable("Training loss of the averaged model, period 48, rate 0.025", ["", "loss"],
            [.. LongPeriods.Select((method, i) => (IReadOnlyList<string>)[method.Name, Text(Mean(longer, i, 25), "0.000")])]));
        study.Remark("The loss is that of the averaged model on all training samples. Mini-batches are dealt from shuffled shards, not drawn with replacement.");
        study.Remark("All-reduce SGD at a large rate has the least loss: SlowMo narrows the gap and does not close it. The paper's networks and data are not reproduced.");
    }

    // An average takes 0.43 of a step, as in the paper: two message times.
    private static TrainingJob Job(string strategy, int rate, ulong seed) => new()
    {
        On = World.Simulation,
        Workers = 16,
        BatchSize = 8,
        Dataset = "teacher:exam=train",
        Model = Specification.Parse("mlp:hidden=64"),
        Strategy = Specification.Parse(strategy),
        Optimizer = Specification.Parse(string.Create(CultureInfo.InvariantCulture, $"sgd:lr={rate / 1000.0},momentum=0.9,nesterov=true,weight-decay=0.0001")),
        Schedule = Specification.Parse("milestones:first=0.5,second=0.75,factor=0.1,warmup=0.56"),
        ComputeTime = ComputeTime.Parse("20ms"),
        Network = NetworkShape.Parse("latency=4.3ms,bandwidth=100Gbit"),
        // 2,400 steps.
        Epochs = 18.75,
        EvaluateEvery = 18.75,
        Seed = seed,
    };

    private static double Loss(StudyRun run) => run.Report?.TestLoss ?? double.PositiveInfinity;

    private static double Mean(StudyGrid grid, int method, int rate) => grid.Mean(method, rate, Loss);

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
