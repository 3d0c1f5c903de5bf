using Rubato.Strategies;

namespace Rubato.Tests.Strategies;

/// <summary>A small training of a noisy quadratic under a strategy, and what goes wrong on the way.</summary>
internal sealed record TestJob(string Strategy)
{
    public int Workers { get; init; } = 3;

    public int Length { get; init; } = 13;

    public int BatchSize { get; init; } = 4;

    /// <summary>Batches to apply (on demand), or to deal out (by step and rank).</summary>
    public long Batches { get; init; } = 42;

    public float Momentum { get; init; } = 0.5f;

    public ulong Seed { get; init; } = 7;

    /// <summary>The learning rate by samples applied, on the workers.</summary>
    public Func<long, float> Rate { get; init; } = TestCluster.LearningRateAt;

    /// <summary>The gradient that workers compute.</summary>
    public TestGradient Gradient { get; init; } = (_, seed, batch, x, gradient) => TestWorker.GradientOf(seed, batch, x, gradient);

    /// <summary>The embedding table at the start of the vector, where a strategy keeps one on servers.</summary>
    public EmbeddingTable Table => Length < 13 ? default : new EmbeddingTable(3, 2);

    /// <summary>The rows of the table that a mini-batch reads, ascending.</summary>
    public Func<long, int[]> TouchedRows { get; init; } = _ => [0, 1, 2];

    /// <summary>Seconds of a step by worker and its own step number.</summary>
    public Func<int, long, double> StepTime { get; init; } = (worker, step) => 1 + 0.01 * worker + 0.001 * step;

    /// <summary>Told when a worker has computed its gradient, with its own step number.</summary>
    public Action<int, long> Finished { get; init; } = (_, _) => { };

    /// <summary>Told when a gradient is reported as applied, with the servers as they are then.</summary>
    public Action<IReadOnlyList<IServerProgram>> Applied { get; init; } = _ => { };

    /// <summary>Told when a worker sits a step out, with its own step number.</summary>
    public Action<int, long> SatOut { get; init; } = (_, _) => { };

    /// <summary>The number of samples that a worker has.</summary>
    public Func<int, int> OwnSamples { get; init; } = _ => 10;

    /// <summary>Whether the run may end in the middle of an update, as one that time ends does.</summary>
    public bool EndsAnywhere { get; init; }

    /// <summary>The largest latency of a message in seconds.</summary>
    public double Latency { get; init; }

    /// <summary>Who is killed, and when.</summary>
    public IReadOnlyList<(int Rank, double Seconds)> Kills { get; init; } = [];

    /// <summary>A worker that reads nothing for a while.</summary>
    public (int Rank, double From, double Until) Frozen { get; init; } = (-1, 0, 0);

    /// <summary>No worker takes a step before every worker has started its strategy.</summary>
    public bool StartsTogether { get; init; }

    public TestRun? Resume { get; init; }
}
