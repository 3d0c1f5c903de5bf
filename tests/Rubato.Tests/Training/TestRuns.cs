using Rubato.Configuration;
using Rubato.Training;
using Rubato.Transports.InProcess;

namespace Rubato.Tests.Training;

/// <summary>Small jobs on threads, and how tests run them.</summary>
internal static class TestRuns
{
    /// <summary>So long may any run of these tests take; it is there to end a hang, not to measure.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>A few steps of a small model on the digits.</summary>
    public static TrainingJob Job(string strategy = "all-reduce", int workers = 3, long? steps = 12) => new()
    {
        On = World.Threads,
        Workers = workers,
        Strategy = Specification.Parse(strategy),
        Model = Specification.Parse("mlp:hidden=16"),
        Optimizer = Specification.Parse("sgd:lr=0.05,momentum=0.9"),
        BatchSize = 8,
        Steps = steps,
        EvaluateEvery = 0.1,
        TimeoutSeconds = 30,
    };

    public static async Task<RunReport> RunAsync(TrainingJob job, CancellationToken cancellation = default) =>
        await new ThreadsCluster().RunAsync(job, null, cancellation).WaitAsync(Limit, CancellationToken.None);

    /// <summary>Runs a plan over a network that the test may break.</summary>
    public static async Task<RunReport> RunAsync(JobPlan plan, InProcessNetwork network, IProgress<RunProgress>? progress = null) =>
        await new ThreadsCluster().RunAsync(plan, new RunFolders(null, null), network, progress, CancellationToken.None)
            .WaitAsync(Limit, CancellationToken.None);

    public static void AccountAddsUp(RunReport report)
    {
        SampleAccount samples = report.Samples;
        Assert.Equal(samples.Computed, samples.Applied + samples.Dropped + samples.Lost);
        Assert.All([samples.Computed, samples.Applied, samples.Dropped, samples.Lost], count => Assert.True(count >= 0, samples.ToString()));
        Assert.Equal(samples.Computed, report.Workers.Sum(worker => worker.Samples));
        Assert.Equal(samples.Applied / report.Job.BatchSize, report.Staleness.Histogram.Sum());
    }

    /// <summary>The final model of a job, read from the checkpoint it leaves.</summary>
    public static async Task<float[]> ModelOfAsync(TrainingJob job)
    {
        using var folder = new TemporaryFolder();
        await RunAsync(job with { Output = folder.In("run") });
        return RunDirectory.Open(folder.In("run")).LoadLastCheckpoint().Model;
    }

    /// <summary>Every file of a folder with its bytes, by its path in it.</summary>
    public static Dictionary<string, string> ContentsOf(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(
        path => Path.GetRelativePath(folder, path), path => Convert.ToHexString(File.ReadAllBytes(path)));

    public static void Close(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double norm = Math.Sqrt(expected.Sum(x => (double)x * x));
        double distance = Math.Sqrt(expected.Zip(actual, (x, y) => ((double)x - y) * ((double)x - y)).Sum());
        Assert.True(distance <= tolerance * norm, $"The models are {distance / norm:G3} of their norm apart, more than {tolerance}.");
    }
}
