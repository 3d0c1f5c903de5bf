using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary>The job of <c>rubato train</c> without any flag: one of eight workers is slow, and full synchrony waits for it.</summary>
internal static class Showcase
{
    /// <summary>What the showcase is contrasted with.</summary>
    public const string Baseline = "all-reduce";

    /// <summary>A real model on real data; a step takes 20 ms, as on a small accelerator, and four times as long on worker 3.</summary>
    public static TrainingJob Job { get; } = new()
    {
        Workers = 8,
        On = World.Processes,
        Strategy = Specification.Parse("grouped:groups=4"),
        Dataset = "digits",
        Model = Specification.Parse("mlp"),
        Optimizer = Specification.Parse("sgd:lr=0.2"),
        Epochs = 12,
        ComputeTime = new ComputeTime(TimeSpan.FromMilliseconds(20)),
        Stragglers = [new Straggler.Fixed(3) { Factor = 4 }],
    };
}
