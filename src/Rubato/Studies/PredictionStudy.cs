using System.Globalization;
using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Studies;

/// <summary>Whether the simulated cluster says how long a real one will take: the same jobs on processes and in simulation.</summary>
internal static class PredictionStudy
{
    private static readonly string[] Strategies = ["all-reduce", "backup-workers:backup=1", "grouped:groups=2", "ssp:bound=4", "async"];
    private static readonly string[] Networks = ["latency=2ms,bandwidth=1Gbit", "latency=5ms,bandwidth=100Mbit"];

    public static Study Study { get; } = new(
        "prediction",
        "Rubato, docs/simulation.md",
        "the simulated time of a job is within 10 % of the time that real processes take for it",
        RunAsync);

    private static async Task RunAsync(StudyContext study)
    {
        var rows = new List<IReadOnlyList<string>>();
        double worst = 0;
        foreach (string network in Networks)
        {
            foreach (string strategy in Strategies)
            {
                foreach (string? straggler in (string?[])[null, "1:4"])
                {
                    var job = new TrainingJob
                    {
                        On = World.Simulation,
                        // As many as the machine has cores here: what more of them wait for each other's sums is not modelled.
                        Workers = 2,
                        Strategy = Specification.Parse(strategy),
                        ComputeTime = ComputeTime.Parse("20ms"),
                        Network = NetworkShape.Parse(network),
                        Stragglers = straggler is null ? [] : [Straggler.Parse(straggler)],
                        Epochs = 6,
                        EvaluateEvery = 6,
                    };
                    IReadOnlyList<StudyRun> simulated = await study.RunAsync([job]), real = await study.RunAsync([job with { On = World.Processes }]);
                    double predicted = simulated[0].Seconds, taken = real[0].Seconds, error = predicted / taken - 1;
                    worst = Math.Max(worst, Math.Abs(error));
                    string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
                    rows.Add([strategy, straggler ?? "none", network, Text(taken, "0.00"), Text(predicted, "0.00"), Text(100 * error, "+0.0;-0.0") + " %"]);
                    study.Ask($"{strategy}, straggler {straggler ?? "none"}, {network}: distance of the prediction", "10 % or less", 100 * Math.Abs(error), distance => distance <= 10, "0.0");
                }
            }
        }
        study.Show(new StudyTable(
            $"Seconds on two worker processes and in simulation, 20 ms a step (largest distance {(100 * worst).ToString("0.0", CultureInfo.InvariantCulture)} %)",
            ["strategy", "straggler", "network", "processes", "simulation", "distance"], rows));
        study.Remark("The processes share one machine: run this with nothing else on it. What they take longer is sums, optimizers, copies and the timers' jitter, which the simulation does not model.");
    }
}
