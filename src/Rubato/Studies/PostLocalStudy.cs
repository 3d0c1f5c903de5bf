using System.Globalization;
using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Studies;

/// <summary>Post-local SGD: averages after every step until the rate drops, and then rarely.</summary>
internal static class PostLocalStudy
{
    private const int Synchronous = 0, Local = 1, PostLocal = 2;

    private static readonly (string Name, string Strategy)[] Methods =
    [
        ("all-reduce", "all-reduce"),
        ("local SGD, period 12", "local-sgd:period=12"),
        ("post-local, period 12", "local-sgd:period=12,post-local=0.5"),
        ("local SGD, period 4", "local-sgd:period=4"),
        ("period 4, growing with the decay", "local-sgd:period=4,growth=1"),
    ];

    public static Study Study { get; } = new(
        "post-local-sgd",
        "Lin, Stich, Patel, Jaggi, \"Don't Use Large Mini-Batches, Use Local SGD\", ICLR 2020, arXiv:1808.07217",
        "local steps that begin when the rate drops cost nothing in training loss, while local steps from the start do",
        RunAsync);

    private static async Task RunAsync(StudyContext study)
    {
        StudyGrid grid = await StudyGrid.RunAsync(study, [.. Enumerable.Range(0, Methods.Length).Select(method => new StudyCell(method, 0))], Job);
        double Loss(int method) => grid.Mean(method, 0, run => run.Report?.TestLoss ?? double.PositiveInfinity);
        double Bytes(int method) => grid.Mean(method, 0, run => run.Report?.BytesSent ?? double.NaN);

        study.Ask("bytes of post-local over full synchrony", "0.55 or less", Bytes(PostLocal) / Bytes(Synchronous), ratio => ratio <= 0.55);
        study.Ask("training loss of post-local over full synchrony", "1.02 or less", Loss(PostLocal) / Loss(Synchronous), ratio => ratio <= 1.02);
        study.Ask("training loss of post-local over local SGD from the start", "0.9 or less", Loss(PostLocal) / Loss(Local), ratio => ratio <= 0.9);
        study.Show(new StudyTable("Training loss of the averaged model, and bytes", ["", "loss", "bytes over all-reduce"],
            [.. Methods.Select((method, i) => (IReadOnlyList<string>)[method.Name, Text(Loss(i)), Text(Bytes(i) / Bytes(Synchronous))])]));
        study.Remark("The paper's claim is about generalisation, whose gain is too small to be measured on this task.");
    }

    // The task of the slowmo study: 2,400 steps, the rate divided by ten after a half and three quarters.
    private static TrainingJob Job(StudyCell cell, ulong seed) => new()
    {
        On = World.Simulation,
        Workers = 16,
        BatchSize = 8,
        Dataset = "teacher:exam=train",
        Model = Specification.Parse("mlp:hidden=64"),
        Strategy = Specification.Parse(Methods[cell.X].Strategy),
        Optimizer = Specification.Parse("sgd:lr=0.1,momentum=0.9,nesterov=true,weight-decay=0.0001"),
        Schedule = Specification.Parse("milestones:first=0.5,second=0.75,factor=0.1,warmup=0.56"),
        ComputeTime = ComputeTime.Parse("20ms"),
        Steps = 2400,
        EvaluateEvery = 1e6,
        Seed = seed,
    };

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
