using System.Globalization;
using Rubato.Charts;
using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Studies;

/// <summary>Overlap-Local-SGD: what hiding the average behind local steps saves in time, and what the late anchor costs in loss.</summary>
internal static class OverlapLocalSgdStudy
{
    private const int Synchronous = 0, LocalSgd = 1, WithMomentum = 2, Vanilla = 3, Cocod = 4, Easgd = 5;

    private static readonly (string Name, string Strategy)[] Methods =
    [
        ("all-reduce", "all-reduce"),
        ("local SGD", "local-sgd:"),
        ("overlap, momentum 0.7", "overlap-local-sgd:pull-back=0.6,anchor-momentum=0.7,"),
        ("overlap, vanilla", "overlap-local-sgd:pull-back=0.6,anchor-momentum=0,"),
        ("CoCoD-SGD", "cocod-sgd:"),
        ("EASGD", "easgd:"),
    ];

    private static readonly int[] Periods = [1, 2, 8, 24];

    public static Study Study { get; } = new(
        "overlap-local-sgd",
        "Wang, Liang, Joshi, \"Overlap Local-SGD: An Algorithmic Approach to Hide Communication Delays in Distributed SGD\", ICASSP 2020, arXiv:2002.09539",
        "an average that travels while everybody computes costs almost no time, and a late anchor hardly any accuracy",
        RunAsync);

    private static async Task RunAsync(StudyContext study)
    {
        await AskAboutTimeAsync(study);
        await AskAboutLossAsync(study);
        await AskAboutAccuracyAsync(study);
        study.Remark("The card's pull-back pass of 0.03 of a step takes no virtual time here. The loss is that of the averaged model, with EASGD of its centre, on all training samples; a diverged seed makes the mean of its method large.");
        study.Remark("The paper's networks and data are not reproduced, nor its comparison with PowerSGD.");
    }

    // G2: an average takes 0.346 of a step, two message times.
    private static async Task AskAboutTimeAsync(StudyContext study)
    {
        const double StepSeconds = 0.02, StragglerMean = 1.5;
        int[] periods = [1, 2, 8];
        StudyCell[] cells = [.. from period in periods from noisy in (int[])[0, 1] from method in (int[])[Synchronous, LocalSgd, WithMomentum] select new StudyCell(Place(method, period), noisy)];
        StudyGrid grid = await StudyGrid.RunAsync(study, cells, (cell, seed) => Job(cell.X % 10, cell.X / 10, seed) with
        {
            Model = Specification.Parse("logistic"),
            ComputeTime = ComputeTime.Parse(cell.Y == 0 ? "20ms" : "20ms:exponential:floor=1,excess=0.5"),
            Network = NetworkShape.Parse("latency=3.46ms,bandwidth=100Gbit"),
        });
        double Overhead(int method, int period, int noisy)
        {
            double steps = grid.Mean(Place(method, period), noisy, run => run.Report!.Steps);
            return 100 * (grid.Seconds(Place(method, period), noisy) / (steps * StepSeconds * (noisy == 0 ? 1 : StragglerMean)) - 1);
        }
        study.Ask("no stragglers: time of all-reduce over computation, percent", "34.6 within 0.5", Overhead(Synchronous, 2, 0), percent => Math.Abs(percent - 34.6) <= 0.5, "0.0");
        study.Ask("no stragglers, period 2: local SGD, percent", "15 or more", Overhead(LocalSgd, 2, 0), percent => percent >= 15, "0.0");
        study.Ask("no stragglers, period 2: overlap, percent", "2 or less", Overhead(WithMomentum, 2, 0), percent => percent <= 2, "0.0");
        study.Ask("exponential stragglers, period 8: overhead of overlap over that of local SGD", "0.25 or less", Overhead(WithMomentum, 8, 1) / Overhead(LocalSgd, 8, 1), ratio => ratio <= 0.25);
        study.Show(new StudyTable("Time over mean computation, percent", ["", .. periods.Select(period => $"period {period}"), .. periods.Select(period => $"period {period}, stragglers")],
            [.. ((int[])[Synchronous, LocalSgd, WithMomentum]).Select(method => (IReadOnlyList<string>)[Methods[method].Name,
                .. periods.Select(period => Text(Overhead(method, period, 0), "0.0")), .. periods.Select(period => Text(Overhead(method, period, 1), "0.0"))])]));
    }

    // G1 in training loss.
    private static async Task AskAboutLossAsync(StudyContext study)
    {
        int[] methods = [LocalSgd, WithMomentum, Vanilla, Cocod, Easgd];
        StudyGrid grid = await StudyGrid.RunAsync(study, [.. from method in methods from period in Periods select new StudyCell(method, period)],
            (cell, seed) => Job(cell.X, cell.Y, seed) with { Dataset = "teacher:exam=train" });
        double Of(int method, int period) => grid.Mean(method, period, Loss);
        study.Ask("period 24: training loss of overlap with momentum over CoCoD-SGD", "0.85 or less", Of(WithMomentum, 24) / Of(Cocod, 24), ratio => ratio <= 0.85);
        study.Ask("period 24: training loss of overlap with momentum over EASGD", "0.75 or less", Of(WithMomentum, 24) / Of(Easgd, 24), ratio => ratio <= 0.75);
        study.Ask("training loss of overlap with momentum over vanilla, largest of the periods", "below 1", Periods.Max(period => Of(WithMomentum, period) / Of(Vanilla, period)), ratio => ratio < 1);
        study.Show(new StudyTable("Training loss of the averaged model by period, rate 0.1", ["", .. Periods.Select(Text)],
            [.. methods.Select(method => (IReadOnlyList<string>)[Methods[method].Name, .. Periods.Select(period => Text(Of(method, period), "0.000"))])]));
        ChartSeries[] lines = [.. methods.Select(method => new ChartSeries(Methods[method].Name, [.. Periods.Select((period, place) => ((double)place, Of(method, period)))]))];
        study.Show(new LineChart("Training loss by period, rate 0.1", Axis.Places("period", [.. Periods.Select(Text)]),
            new Axis("training loss", lines.SelectMany(line => line.Points).Select(point => point.Y), false), lines).ToSvg());
    }

    // G1 in accuracy: the everyday setting, and the stress point at which CoCoD-SGD diverges.
    private static async Task AskAboutAccuracyAsync(StudyContext study)
    {
        const int Stress = 1;
        StudyCell[] cells = [new(Synchronous, 0), new(WithMomentum, 0), new(LocalSgd, Stress), new(WithMomentum, Stress), new(Cocod, Stress)];
        StudyGrid grid = await StudyGrid.RunAsync(study, cells, (cell, seed) => cell.Y == Stress
            ? Job(cell.X, 24, seed, rate: 0.2) with { Partition = "skew:0.9" }
            : Job(cell.X, 2, seed));
        study.Ask("period 2: accuracy of overlap with momentum below all-reduce, points", "1.5 or less", 100 * (grid.Accuracy(Synchronous, 0) - grid.Accuracy(WithMomentum, 0)), lost => lost <= 1.5, "0.00");
        study.Ask("stress point (rate 0.2, period 24, 90 % of the data sorted): accuracy of overlap with momentum", "0.65 or more", grid.Accuracy(WithMomentum, Stress), accuracy => accuracy >= 0.65, "0.000");
        study.Ask("the same: accuracy of CoCoD-SGD", "0.50 or less", grid.Accuracy(Cocod, Stress), accuracy => accuracy <= 0.50, "0.000");
        study.Show(new StudyTable("Accuracy of the averaged model", ["", "accuracy"],
            [.. cells.Select(cell => (IReadOnlyList<string>)[Methods[cell.X].Name + (cell.Y == Stress ? ", stress point" : ", period 2"), Text(grid.Accuracy(cell.X, cell.Y), "0.000")])]));
    }

    private static TrainingJob Job(int method, int period, ulong seed, double rate = 0.1) => new()
    {
        On = World.Simulation,
        Workers = 16,
        BatchSize = 8,
        Dataset = "teacher",
        Model = Specification.Parse("mlp:hidden=64"),
        Strategy = Specification.Parse(method == Synchronous ? Methods[method].Strategy : $"{Methods[method].Strategy}period={Text(period)}"),
        Optimizer = Specification.Parse(string.Create(CultureInfo.InvariantCulture, $"sgd:lr={rate},momentum=0.9,nesterov=true,weight-decay=0.0001")),
        Schedule = Specification.Parse("milestones:first=0.5,second=0.75,factor=0.1,warmup=0.56"),
        ComputeTime = ComputeTime.Parse("20ms"),
        Network = NetworkShape.Parse("latency=3.46ms,bandwidth=100Gbit"),
        // 2,400 steps.
        Epochs = 18.75,
        EvaluateEvery = 18.75,
        Seed = seed,
    };

    private static int Place(int method, int period) => 10 * period + method;

    private static double Loss(StudyRun run) => run.Report?.TestLoss ?? double.PositiveInfinity;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
