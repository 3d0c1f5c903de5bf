using System.Globalization;
using Rubato.Charts;
using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Studies;

/// <summary>ShadowSync: what synchronizing in the background costs in throughput, which is nothing, and what it gains in loss.</summary>
internal static class ShadowSyncStudy
{
    private const int NoSync = 0, Easgd = 1, Averaging = 2, KeptSteps = 3, Bmuf = 4, FixedEasgd5 = 5, FixedEasgd30 = 6, AloneEasgd = 8, AloneAveraging = 9, AloneKeptSteps = 10;
    private const int Threads = 4, BatchSize = 32;

    // 3,937 dense parameters and a header of 24 bytes take a tenth of a step on the way to the server of the centre, and as long on the way back.
    private const string ToCentre = "bandwidth=1.26176Mbit";

    // Half of an all-reduce, which has one step to collect and one to spread: a round takes a fifth of a step.
    private const string BetweenTrainers = "latency=100ms";

    // The card's rate of the table, and of powers of 2 times 0.01 the dense one that is best for one trainer without synchronization.
    private const string TableRate = "0.05", DenseRate = "0.08";

    private static readonly (string Name, string Core)[] Modes =
    [
        ("no sync", "core=none"),
        ("S-EASGD", "core=easgd"),
        ("S-MA", "core=ma"),
        ("S-MA, snapshot blend", "core=ma,blend=snapshot"),
        ("S-BMUF, snapshot blend", "core=bmuf,blend=snapshot"),
        ("FR-EASGD-5", "core=easgd,fixed-rate=5"),
        ("FR-EASGD-30", "core=easgd,fixed-rate=30"),
        ("FR-MA-30", "core=ma,fixed-rate=30"),
        ("S-EASGD, worker 0 alone", "core=easgd,model=first"),
        ("S-MA, worker 0 alone", "core=ma,model=first"),
        ("S-MA, snapshot blend, worker 0 alone", "core=ma,blend=snapshot,model=first"),
    ];

    private static readonly int[] Trainers = [1, 5, 20];

    public static Study Study { get; } = new(
        "shadowsync",
        "Zheng et al., \"ShadowSync: Performing Synchronization in the Background for Highly Scalable Distributed Training\", 2020, arXiv:2003.03477",
        "synchronization in the background costs no throughput, scales with the trainers, and gives a loss no worse than in the foreground",
        RunAsync);

    private static async Task RunAsync(StudyContext study)
    {
        StudyCell[] cells =
        [
            .. from mode in Enumerable.Range(0, AloneEasgd) from trainers in Trainers select new StudyCell(mode, trainers),
            .. from mode in (int[])[AloneEasgd, AloneAveraging, AloneKeptSteps] from trainers in Trainers[1..] select new StudyCell(mode, trainers),
        ];
        StudyGrid grid = await StudyGrid.RunAsync(study, cells, (cell, seed) => Job(cell.X, cell.Y, seed));
        double Rate(int mode, int trainers) => grid.Mean(mode, trainers, run => run.Report!.Samples.Applied / run.Seconds);
        double Loss(int mode, int trainers) => grid.Mean(mode, trainers, run => run.Report?.TestLoss ?? double.PositiveInfinity);
        double Gap(int mode, int trainers) => grid.Mean(mode, trainers, run => run.Report?.SyncGap ?? double.NaN);

        int[] shadows = [Easgd, Averaging, KeptSteps, Bmuf], many = Trainers[1..];
        AskAboutThroughput(study, Rate, shadows);
        foreach (int mode in (int[])[Easgd, Averaging, KeptSteps])
        {
            foreach (int trainers in many)
            {
                study.Ask(Text($"{trainers} trainers: loss of {Modes[mode].Name} over that of FR-EASGD-30"), "0 or less", Loss(mode, trainers) - Loss(FixedEasgd30, trainers), more => more <= 0, "0.0000");
                study.Ask(Text($"{trainers} trainers: loss of {Modes[mode].Name} below no sync"), "0.0015 or more", Loss(NoSync, trainers) - Loss(mode, trainers), gain => gain >= 0.0015, "0.0000");
            }
        }
        foreach (int trainers in many)
            study.Ask(Text($"{trainers} trainers: loss of S-EASGD from that of FR-EASGD-5"), "0.001 or less", Math.Abs(Loss(Easgd, trainers) - Loss(FixedEasgd5, trainers)), apart => apart <= 0.001, "0.0000");
        foreach ((int alone, int mode) in ((int, int)[])[(AloneEasgd, Easgd), (AloneAveraging, Averaging), (AloneKeptSteps, KeptSteps)])
            study.Ask(Text($"{Modes[mode].Name}: loss of worker 0 alone over that of the mean, largest of 5 and 20 trainers"), "0.002 or less", many.Max(trainers => Loss(alone, trainers) - Loss(mode, trainers)), more => more <= 0.002, "0.0000");
        study.Ask("20 trainers: gap of S-EASGD over what a busy server allows, 4 threads · 20 · 0.1 = 8", "1 within 0.05", Gap(Easgd, 20) / 8, ratio => Math.Abs(ratio - 1) <= 0.05);

        int[] shown = [.. Enumerable.Range(0, AloneEasgd)];
        study.Show(new StudyTable("Samples a second / test loss / steps between two synchronizations, by trainers", ["", .. Trainers.Select(trainers => Text($"{trainers}"))],
            [.. shown.Select(mode => (IReadOnlyList<string>)[Modes[mode].Name,
                .. Trainers.Select(trainers => Text($"{Rate(mode, trainers):0} / {Loss(mode, trainers):0.0000} / {(mode == NoSync ? "–" : Text($"{Gap(mode, trainers):0.0}"))}"))])]));
        ChartSeries[] lines = [.. shown.Select(mode => new ChartSeries(Modes[mode].Name, [.. Trainers.Select((trainers, place) => ((double)place, Rate(mode, trainers) / Rate(NoSync, 1) / trainers))]))];
        study.Show(new LineChart("Throughput of each trainer, as a share of one that is alone", Axis.Places("trainers", [.. Trainers.Select(trainers => Text($"{trainers}"))]),
            new Axis("share", lines.SelectMany(line => line.Points).Select(point => point.Y), true), lines).ToSvg());
        study.Remark($"The embedding table lives in one copy on a server, at a rate of {TableRate}; the dense part, at {DenseRate}, the best of 0.01, 0.02, … 0.32 for one trainer without synchronization where the card has 0.02, is what replicas hold and synchronize. Look-ups take no time, an exchange with the centre a tenth of a step each way, an all-reduce a fifth of one.");
        study.Remark("S-MA in the paper's form loses half of the steps made during each all-reduce, and here all steps are made during one; the snapshot blend loses none.");
        study.Remark("The loss is that of the mean of all replicas unless it says worker 0 alone. Losses differ little: they are means over the seeds, all modes on the same data.");
    }

    private static void AskAboutThroughput(StudyContext study, Func<int, int, double> rate, int[] shadows)
    {
        study.Ask("samples a second with 20 trainers over 1 trainer, least of the shadow modes", "19.5 or more", shadows.Min(mode => rate(mode, 20) / rate(mode, 1)), scale => scale >= 19.5, "0.00");
        study.Ask("20 trainers: samples a second from those without synchronization, largest of the shadow modes, percent", "1 or less",
            shadows.Max(mode => Math.Abs(100 * (rate(mode, 20) / rate(NoSync, 20) - 1))), percent => percent <= 1, "0.00");
        study.Ask("FR-EASGD-5: samples a second with 20 trainers over 20 times those of 1 trainer", "0.75 or less", rate(FixedEasgd5, 20) / (20 * rate(FixedEasgd5, 1)), share => share <= 0.75);
    }

    private static TrainingJob Job(int mode, int trainers, ulong seed) => new()
    {
        On = World.Simulation,
        Workers = trainers,
        BatchSize = BatchSize,
        Dataset = "clicks",
        Model = Specification.Parse("embedding-mlp"),
        Strategy = Specification.Parse(Text($"shadowsync:threads={Threads},tables=servers,table-rate={TableRate},{Modes[mode].Core}")),
        Optimizer = Specification.Parse($"adagrad:lr={DenseRate}"),
        ComputeTime = ComputeTime.Parse("1s:log-normal:sigma=0.1"),
        Network = NetworkShape.Parse(NetworkOf(trainers, Modes[mode].Core.Contains("core=easgd", StringComparison.Ordinal))),
        Epochs = 1,
        EvaluateEvery = 1,
        Seed = seed,
    };

    // Every trainer in a site of its own and links of nodes free, so that only the lines between trainers and the way to the centre take time: look-ups take none.
    private static string NetworkOf(int trainers, bool hasCentre)
    {
        string[] names = [.. Enumerable.Range(0, trainers).Select(trainer => Text($"t{trainer}"))];
        string all = string.Join(',', names), sites = string.Join(", ", names.Select((name, trainer) => Text($"{name}: {trainer}")));
        string centre = hasCentre ? Text($", centre: {trainers}") : "", uplink = hasCentre ? Text($", uplink: {{centre: {ToCentre}}}") : "";
        string lines = trainers > 1 ? Text($", links: {{'{all} > {all}': {BetweenTrainers}}}") : "";
        return Text($"{{sites: {{{sites}{centre}, table: {(hasCentre ? trainers + 1 : trainers)}}}{uplink}{lines}}}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
