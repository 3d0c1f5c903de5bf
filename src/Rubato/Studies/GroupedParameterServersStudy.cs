using System.Globalization;
using Rubato.Charts;
using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Studies;

/// <summary>Grouped parameter servers: time and accuracy over the number of groups and the delay of one straggler.</summary>
internal static class GroupedParameterServersStudy
{
    private const int Workers = 16;

    private static readonly int[] Groups = [1, 2, 4, 8, 16];
    private static readonly int[] Delays = [0, 1, 3, 5];

    public static Study Study { get; } = new(
        "grouped-parameter-servers",
        "Basu, Saxena, Panja, Verma, \"Balancing Stragglers Against Staleness in Distributed Deep Learning\", HiPC 2018",
        "with a node delayed by 300 %, groups finish within 20 % of the undisturbed time at an accuracy loss of at most 2.5 points",
        RunAsync);

    private static async Task RunAsync(StudyContext study)
    {
        StudyCell[] cells = [.. from groups in Groups from delay in Delays select new StudyCell(groups, delay)];
        StudyGrid constant = await StudyGrid.RunAsync(study, cells, (cell, seed) => Testbed(cell, "fixed", 0.3, 12, seed));
        StudyGrid linear = await StudyGrid.RunAsync(study, cells, (cell, seed) => Testbed(cell, "linear", 1.0, 6, seed));
        double undisturbed = constant.Seconds(1, 0), fresh = constant.Accuracy(1, 0);

        study.Ask("G = 1, delay 300 %: time over undisturbed", "3.0 or more", constant.Seconds(1, 3) / undisturbed, ratio => ratio >= 3.0);
        study.Ask("G = 8, delay 300 %: time over G = 1 undisturbed", "1.20 or less", constant.Seconds(8, 3) / undisturbed, ratio => ratio <= 1.20);
        study.Ask("G = 8, delay 300 %: accuracy lost against G = 1 undisturbed, points", "2.5 or less", 100 * (fresh - constant.Accuracy(8, 3)), lost => lost <= 2.5, "0.0");
        study.Ask("G = 16 at the same rate, delay 300 %: accuracy lost, points", "more than 2.5", 100 * (fresh - constant.Accuracy(16, 3)), lost => lost > 2.5, "0.0");
        foreach (int delay in Delays.Where(delay => delay > 0))
        {
            double worst = Groups.Where(groups => groups >= 2).Max(groups =>
                Math.Abs(constant.Seconds(groups, delay) / constant.Seconds(groups, 0) / TimeLaw(groups, 1, delay) - 1));
            study.Ask($"G ≥ 2, delay {100 * delay} %: largest distance from the time law G / (G − 1 + 1/(1 + D))", "5 % or less", 100 * worst, distance => distance <= 5, "0.0");
        }
        double lostWithLinearRate = cells.Max(cell => linear.Accuracy(1, 0) - linear.Accuracy(cell.X, cell.Y));
        study.Ask("rate scaled with 1/G: largest accuracy loss over all G and delays, points", "2.5 or less", 100 * lostWithLinearRate, lost => lost <= 2.5, "0.0");
        await AskAboutManyWorkersAsync(study);
        await ShowDigitsAsync(study);

        study.Show(constant.Table("G \\ delay, × 100 %", "Testbed T1, same rate 0.3 for every G: time over G = 1 undisturbed, accuracy", (groups, delay) =>
            $"{(constant.Seconds(groups, delay) / undisturbed).ToString("0.00", CultureInfo.InvariantCulture)}, {constant.Accuracy(groups, delay).ToString("0.000", CultureInfo.InvariantCulture)}"));
        study.Show(linear.Table("G \\ delay, × 100 %", "Testbed T1, rate 1.0 scaled with 1/G: accuracy, mean staleness", (groups, delay) =>
            $"{linear.Accuracy(groups, delay).ToString("0.000", CultureInfo.InvariantCulture)}, {linear.Staleness(groups, delay).ToString("0.0", CultureInfo.InvariantCulture)}"));
        study.Show(Chart("Time over G = 1 undisturbed", "time", constant, (groups, delay) => constant.Seconds(groups, delay) / undisturbed, fromZero: true));
        study.Show(Chart("Accuracy at the same rate for every G", "test accuracy, %", constant, (groups, delay) => 100 * constant.Accuracy(groups, delay), fromZero: false));
        study.Show(Chart("Accuracy at a rate scaled with 1/G", "test accuracy, %", linear, (groups, delay) => 100 * linear.Accuracy(groups, delay), fromZero: false));
        study.Show(Chart("Mean staleness", "updates", constant, constant.Staleness, fromZero: true));
        study.Remark("The paper's text below its abstract could not be consulted; update rule and rates are our reading of it. The centre's service time is not modelled.");
    }

    private static TrainingJob Testbed(StudyCell cell, string scale, double rate, double epochs, ulong seed) => new()
    {
        On = World.Simulation,
        Workers = Workers,
        BatchSize = 16,
        Dataset = "t1:noise=1",
        Model = Specification.Parse("mlp:hidden=64x64"),
        Strategy = Specification.Parse($"grouped:groups={cell.X},scale={scale}"),
        Optimizer = Specification.Parse(string.Create(CultureInfo.InvariantCulture, $"sgd:lr={rate}")),
        ComputeTime = ComputeTime.Parse("20ms:log-normal:sigma=0.1"),
        Stragglers = cell.Y == 0 ? [] : [new Straggler.Fixed(3) { Factor = 1 + cell.Y }],
        Epochs = epochs,
        EvaluateEvery = epochs,
        Seed = seed,
    };

    // S stragglers in S groups of their own.
    private static double TimeLaw(int groups, int stragglers, double delay) => groups / (groups - stragglers + stragglers / (1 + delay));

    private static async Task AskAboutManyWorkersAsync(StudyContext study)
    {
        const int Many = 256, Delay = 3;
        StudyCell[] cells = [.. from groups in (int[])[1, 4, 16, 64] from stragglers in (int[])[0, 1, 4] select new StudyCell(groups, stragglers)];
        StudyGrid grid = await StudyGrid.RunAsync(study, cells, (cell, seed) => new TrainingJob
        {
            On = World.Simulation,
            Workers = Many,
            BatchSize = 1,
            Model = Specification.Parse("logistic"),
            Strategy = Specification.Parse($"grouped:groups={cell.X}"),
            // With more jitter the largest of many draws would hide the stragglers.
            ComputeTime = ComputeTime.Parse("20ms:log-normal:sigma=0.01"),
            Stragglers = [.. Enumerable.Range(0, cell.Y).Select(i => new Straggler.Fixed(i * (Many / 4)) { Factor = 1 + Delay })],
            Steps = 100,
            EvaluateEvery = 1000,
            Seed = seed,
        });
        double worst = cells.Where(cell => cell.X >= 2 && cell.Y > 0).Max(cell =>
            Math.Abs(grid.Seconds(cell.X, cell.Y) / grid.Seconds(cell.X, 0) / TimeLaw(cell.X, cell.Y, Delay) - 1));
        study.Ask("256 workers, 1 and 4 stragglers in groups of their own: largest distance from the time law", "5 % or less", 100 * worst, distance => distance <= 5, "0.0");
        study.Show(grid.Table("G \\ stragglers", "256 workers: time over the same G undisturbed, by number of stragglers (300 %)", (groups, stragglers) =>
            (grid.Seconds(groups, stragglers) / grid.Seconds(groups, 0)).ToString("0.00", CultureInfo.InvariantCulture)));
    }

    private static async Task ShowDigitsAsync(StudyContext study)
    {
        StudyCell[] cells = [.. from groups in Groups from delay in (int[])[0, 3] select new StudyCell(groups, delay)];
        StudyGrid digits = await StudyGrid.RunAsync(study, cells, (cell, seed) => Testbed(cell, "linear", 0.2, 20, seed) with { Dataset = "digits", Model = Specification.Parse("mlp"), BatchSize = 16 });
        study.Ask("digits, 16 workers, G = 8, delay 300 %: time over G = 1 undisturbed", "1.20 or less", digits.Seconds(8, 3) / digits.Seconds(1, 0), ratio => ratio <= 1.20);
        study.Ask("digits, 16 workers, G = 8, delay 300 %: accuracy lost, points", "2.5 or less", 100 * (digits.Accuracy(1, 0) - digits.Accuracy(8, 3)), lost => lost <= 2.5, "0.0");
        study.Show(digits.Table("G \\ delay, × 100 %", "Digits, 16 workers: time over G = 1 undisturbed, accuracy", (groups, delay) =>
            $"{(digits.Seconds(groups, delay) / digits.Seconds(1, 0)).ToString("0.00", CultureInfo.InvariantCulture)}, {digits.Accuracy(groups, delay).ToString("0.000", CultureInfo.InvariantCulture)}"));
    }

    private static string Chart(string title, string unit, StudyGrid grid, Func<int, int, double> figure, bool fromZero)
    {
        ChartSeries[] lines = [.. Delays.Select(delay => new ChartSeries(
            delay == 0 ? "undisturbed" : $"one worker delayed by {100 * delay} %",
            [.. Groups.Select((groups, place) => ((double)place, figure(groups, delay)))]))];
        return new LineChart(
            title, Axis.Places("groups", [.. Groups.Select(groups => groups.ToString(CultureInfo.InvariantCulture))]),
            new Axis(unit, lines.SelectMany(line => line.Points).Select(point => point.Y), fromZero), lines).ToSvg();
    }
}
