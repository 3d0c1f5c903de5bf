using Rubato.Configuration;
using Rubato.Strategies;
using Rubato.Training;

namespace Rubato.Tests.Training;

/// <summary>Checkpoints of strategies whose model is on servers and whose workers have replicas of their own.</summary>
public sealed class ElasticCheckpointTests
{
    [Fact]
    public async Task A_resumed_elastic_job_goes_on_from_centre_and_replicas()
    {
        using var folder = new TemporaryFolder();
        TrainingJob job = TestRuns.Job("easgd:period=2,mode=asynchronous", workers: 3, steps: null) with
        {
            Epochs = 100,
            EvaluateEvery = 100,
            CheckpointEvery = 0.03,
            Output = folder.In("first"),
            Model = Specification.Parse("mlp:hidden=8"),
        };
        StrategyDefinition faulty = new FaultyStrategy(JobPlan.Build(job).Strategy, worker: 1, step: 60);
        await Assert.ThrowsAsync<RunFailedException>(() =>
            new ThreadsCluster().RunAsync(JobPlan.Build(job, strategy: faulty), null, CancellationToken.None).WaitAsync(TestRuns.Limit));

        Checkpoint last = RunDirectory.Open(folder.In("first")).LoadLastCheckpoint();
        Assert.Equal(last.Model, Find(last, "server-0", "centre/parameters"));
        foreach (int worker in new[] { 0, 1, 2 }) Assert.NotEqual(last.Model, Find(last, $"worker-{worker}", "parameters"));

        RunReport resumed = await new ThreadsCluster().RunAsync(
            job with { Epochs = last.SamplesApplied / 1437.0 + 0.1, CheckpointEvery = null, Resume = folder.In("first"), Output = null }, null, CancellationToken.None).WaitAsync(TestRuns.Limit);
        Assert.True(resumed.Samples.Applied > last.SamplesApplied);
    }

    private static float[]? Find(Checkpoint checkpoint, string rank, string name) =>
        checkpoint.States[rank].Fields.First(field => field.Name == name).Vector;
}
