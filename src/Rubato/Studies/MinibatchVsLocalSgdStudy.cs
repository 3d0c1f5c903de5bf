using System.Globalization;
using Rubato.Charts;
using Rubato.Configuration;
using Rubato.Data;
using Rubato.Models;
using Rubato.Training;

namespace Rubato.Studies;

/// <summary>Minibatch against local SGD: with as many gradients and exchanges, which is nearer to the optimum when workers' data differ?</summary>
internal static class MinibatchVsLocalSgdStudy
{
    private const int Local = 0, Minibatch = 1, Accelerated = 2;

    // Of the gradient of softmax with two outputs on the set's features; both are at most one over the largest curvature.
    private const float DescentRate = 0.5f;

    // Powers of 2. Each method has a grid of its own: a step of local SGD is one of K in a round.
    private static readonly (string Name, int From, int To)[] Methods = [("local", -7, 2), ("minibatch", -1, 4), ("accelerated", -5, 2)];

    private static readonly Setting[] Settings =
    [
        new(200, 5, 0), new(200, 5, 1), new(200, 25, 0), new(200, 25, 0.5), new(200, 25, 1), new(40, 50, 0), new(40, 50, 0.5), new(40, 50, 1),
    ];

    public static Study Study { get; } = new(
        "minibatch-vs-local-sgd",
        "Woodworth, Patel, Srebro, \"Minibatch vs Local SGD for Heterogeneous Distributed Learning\", NeurIPS 2020, arXiv:2006.04735",
        "local SGD beats minibatch SGD where workers' data are alike and rounds are few, and loses to it, and to its accelerated form, where data differ",
        RunAsync);

    private static async Task RunAsync(StudyContext study)
    {
        FullBatchOptimum single = OptimumOf("classes", 10), pairs = OptimumOf("pairs", 25);
        Outcomes outcomes = await RunGridAsync(study, Settings, "classes", 10, single.Loss);
        AskAboutMethods(study, outcomes);
        await AskAboutTwoStepSizesAsync(study, outcomes, single.Loss);
        Setting[] sweep = [new(200, 25, 0), new(200, 25, 0.5), new(200, 25, 1)];
        Outcomes paired = await RunGridAsync(study, sweep, "pairs", 25, pairs.Loss);
        study.Ask("cells whose best step is at the edge of its grid", "0", outcomes.Edges + paired.Edges, edges => edges == 0, "0");
        Show(study, outcomes, paired, sweep);
        study.Remark(string.Create(CultureInfo.InvariantCulture,
            $"F* = {single.Loss:0.000000} (gradient {single.GradientNorm:0.0e0}); ζ*² at p = 1 is {single.Disagreement:0.0000} with one class a worker and {pairs.Disagreement:0.0000} with pairs, in the units of these features. It goes with p²."));
        study.Remark("Minibatch steps are run as one mini-batch of K samples a worker: the same samples, in the same rounds, as K mini-batches of one.");
    }

    private static void AskAboutMethods(StudyContext study, Outcomes all)
    {
        Setting few = new(200, 5, 0), alike = new(200, 25, 0), apart = new(200, 25, 1);
        study.Ask("p = 0, K = 200, R = 5: local over the better of minibatch and accelerated", "0.3 or less",
            all.Gap(few, Local) / Math.Min(all.Gap(few, Minibatch), all.Gap(few, Accelerated)), ratio => ratio <= 0.3);
        study.Ask("p = 1, K = 200, R = 25: minibatch over local", "0.4 or less", all.Gap(apart, Minibatch) / all.Gap(apart, Local), ratio => ratio <= 0.4);
        study.Ask("p = 1, K = 200, R = 25: accelerated over minibatch", "0.5 or less", all.Gap(apart, Accelerated) / all.Gap(apart, Minibatch), ratio => ratio <= 0.5);
        study.Ask("p = 0, K = 200, R = 25: local over minibatch (at p = 1 the other way round)", "below 1", all.Gap(alike, Local) / all.Gap(alike, Minibatch), ratio => ratio < 1);
        foreach (int method in (int[])[Minibatch, Accelerated])
        {
            double change = all.Gap(apart, method) / all.Gap(alike, method);
            study.Ask($"K = 200, R = 25: {Methods[method].Name} at p = 1 over p = 0", "between 0.5 and 2", change, ratio => ratio is > 0.5 and < 2);
        }
        study.Ask("gradients and bytes: settings in which the methods differ", "0", all.UnequalBudgets, settings => settings == 0, "0");
    }

    // Outer steps between the two that were tuned, and local steps from none to all of them.
    private static async Task AskAboutTwoStepSizesAsync(StudyContext study, Outcomes tuned, double least)
    {
        Setting setting = new(40, 50, 0.5);
        double local = tuned.BestRate(setting, Local), minibatch = tuned.BestRate(setting, Minibatch) / setting.Gradients;
        (double Outer, double Inner)[] points =
        [
            (local, 1), (minibatch, 0),
            .. from outer in (double[])[minibatch, Math.Sqrt(minibatch * local), local] from inner in (double[])[0.125, 0.25, 0.5] select (outer, inner),
        ];
        IReadOnlyList<StudyRun> runs = await study.RunAsync([.. from point in points from seed in study.Seeds
            select Job(setting, "classes", 10, string.Create(CultureInfo.InvariantCulture, $"local-sgd:period={setting.Gradients},inner-rate={point.Inner}"), 1, point.Outer, seed)]);
        double[] gaps = [.. points.Select((_, i) => runs.Skip(i * study.Seeds.Count).Take(study.Seeds.Count).Average(run => Gap(run, least)))];
        int best = Array.IndexOf(gaps, gaps.Min());
        study.Ask("two step sizes at p = 0.5, K = 40, R = 50: best over plain local SGD (1 where that is best)", "below 1", gaps[best] / gaps[0], ratio => ratio < 1);
        study.Ask("the same: the corner without local steps over minibatch SGD", "within 1 %", gaps[1] / tuned.Gap(setting, Minibatch), ratio => Math.Abs(ratio - 1) <= 0.01, "0.0000");
        study.Show(new StudyTable("Two step sizes at p = 0.5, K = 40, R = 50", ["outer step", "inner over outer", "F − F*"],
            [.. points.Select((point, i) => (IReadOnlyList<string>)[Text(point.Outer, "0.00000"), Text(point.Inner, "0.###"), Text(gaps[i], "0.0000")])]));
    }

    private static async Task<Outcomes> RunGridAsync(StudyContext study, Setting[] settings, string tasks, int workers, double least)
    {
        StudyCell[] cells = [.. from setting in Enumerable.Range(0, settings.Length) from method in Enumerable.Range(0, Methods.Length)
            from power in Enumerable.Range(Methods[method].From, Methods[method].To - Methods[method].From + 1) select new StudyCell(setting * Methods.Length + method, power)];
        StudyGrid grid = await StudyGrid.RunAsync(study, cells, (cell, seed) =>
        {
            Setting setting = settings[cell.X / Methods.Length];
            (string strategy, int batch) = (cell.X % Methods.Length) switch
            {
                Local => (string.Create(CultureInfo.InvariantCulture, $"local-sgd:period={setting.Gradients}"), 1),
                Minibatch => ("minibatch-sgd:batches=1", setting.Gradients),
                _ => ("accelerated-minibatch-sgd:batches=1", setting.Gradients),
            };
            return Job(setting, tasks, workers, strategy, batch, Math.Pow(2, cell.Y), seed);
        });
        return new Outcomes(settings, grid, least);
    }

    private static TrainingJob Job(Setting setting, string tasks, int workers, string strategy, int batch, double rate, ulong seed) => new()
    {
        On = World.Simulation,
        Workers = workers,
        BatchSize = batch,
        Dataset = $"parity:tasks={tasks},exam=train",
        Model = Specification.Parse("logistic"),
        Partition = string.Create(CultureInfo.InvariantCulture, $"mixture:{setting.Own}"),
        Strategy = Specification.Parse(strategy),
        Optimizer = Specification.Parse(string.Create(CultureInfo.InvariantCulture, $"sgd:lr={rate}")),
        ComputeTime = ComputeTime.Parse("20ms"),
        Steps = (long)setting.Gradients * setting.Rounds / batch,
        EvaluateEvery = 1e6,
        Seed = seed,
    };

    private static FullBatchOptimum OptimumOf(string tasks, int workers)
    {
        Dataset data = DatasetCatalog.Load($"parity:tasks={tasks}");
        return FullBatchOptimum.Of(ModelCatalog.All.Create(Specification.Parse("logistic"))(data), data.Train, workers, DescentRate);
    }

    private static void Show(StudyContext study, Outcomes single, Outcomes pairs, Setting[] sweep)
    {
        static IReadOnlyList<string> Row(Outcomes outcomes, Setting setting) =>
        [
            Text(setting.Gradients, "0"), Text(setting.Rounds, "0"), Text(setting.Own, "0.##"),
            .. Methods.Select((_, method) => $"{Text(outcomes.Gap(setting, method), "0.0000")} (2^{Math.Log2(outcomes.BestRate(setting, method))})"),
        ];
        string[] columns = ["K", "R", "p", .. Methods.Select(method => method.Name)];
        study.Show(new StudyTable("F − F* at the best step (in brackets), one class a worker, 10 workers", columns, [.. Settings.Select(setting => Row(single, setting))]));
        study.Show(new StudyTable("F − F* at the best step, pairs of classes, 25 workers", columns, [.. sweep.Select(setting => Row(pairs, setting))]));
        foreach ((string title, Outcomes outcomes) in (ReadOnlySpan<(string, Outcomes)>)[("One class a worker", single), ("Pairs of classes", pairs)])
        {
            ChartSeries[] lines = [.. Methods.Select((method, i) => new ChartSeries(method.Name, [.. sweep.Select(setting => (setting.Own, Math.Log10(outcomes.Gap(setting, i))))]))];
            study.Show(new LineChart($"{title}: K = 200, R = 25", new Axis("share p of draws from the worker's own task", [0, 1], fromZero: true),
                new Axis("log10 of F − F*", lines.SelectMany(line => line.Points).Select(point => point.Y), fromZero: false), lines).ToSvg());
        }
    }

    private static double Gap(StudyRun run, double least) => run.Report?.TestLoss - least ?? double.PositiveInfinity;

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>One place of the comparison.</summary>
    /// <param name="Gradients">K, of each worker in a round.</param>
    /// <param name="Rounds">R.</param>
    /// <param name="Own">p, the share of a worker's draws that are of its own task.</param>
    private readonly record struct Setting(int Gradients, int Rounds, double Own);

    /// <summary>What came out: by place and method, the least mean gap over the method's grid of steps.</summary>
    private sealed class Outcomes(Setting[] settings, StudyGrid grid, double least)
    {
        /// <summary>How many bests lie at an edge of their grid.</summary>
        public int Edges => settings.Sum(setting => Enumerable.Range(0, Methods.Length).Count(method =>
            Math.Log2(BestRate(setting, method)) == Methods[method].From || Math.Log2(BestRate(setting, method)) == Methods[method].To));

        /// <summary>Places at which the methods' best runs took other numbers of gradients or bytes.</summary>
        public int UnequalBudgets => settings.Count(setting => Enumerable.Range(0, Methods.Length)
            .Select(method => grid.Runs(Row(setting, method), (int)Math.Log2(BestRate(setting, method)))[0].Report!)
            .Select(report => (report.Samples.Applied, report.BytesSent)).Distinct().Count() > 1);

        public double Gap(Setting setting, int method) => Powers(method).Min(power => GapAt(setting, method, power));

        public double BestRate(Setting setting, int method) => Math.Pow(2, Powers(method).MinBy(power => GapAt(setting, method, power)));

        private double GapAt(Setting setting, int method, int power) => grid.Mean(Row(setting, method), power, run => MinibatchVsLocalSgdStudy.Gap(run, least));

        private int Row(Setting setting, int method) => Array.IndexOf(settings, setting) * Methods.Length + method;

        private static IEnumerable<int> Powers(int method) => Enumerable.Range(Methods[method].From, Methods[method].To - Methods[method].From + 1);
    }
}
