using Rubato.Configuration;
using Rubato.Strategies;
using Rubato.Training;

namespace Rubato.Tests.Training;

/// <summary>Checkpoints that are written while servers go on.</summary>
public sealed class DemandCheckpointTests
{
    [Theory]
    [InlineData("async", 1)]
    [InlineData("ssp:bound=2", 1)]
    [InlineData("backup-workers:backup=1", 1)]
    [InlineData("async:servers=3", 3)]
    [InlineData("grouped:groups=2", 1)]
    public async Task A_checkpoint_holds_one_moment(string strategy, int shards)
    {
        using var folder = new TemporaryFolder();
        foreach (long end in new[] { 41, 83, 127, 160 })
        {
            string run = folder.In($"run-{end}");
            TrainingJob job = TestRuns.Job(strategy, workers: 4, steps: null) with
            {
                Epochs = 100,
                EvaluateEvery = 100,
                CheckpointEvery = 0.03,
                Output = run,
                Model = Specification.Parse("mlp:hidden=8"),
            };
            // The run breaks off, so that its last checkpoint is one that was written on the way.
            StrategyDefinition faulty = new FaultyStrategy(JobPlan.Build(job).Strategy, worker: 1, step: end);
            await Assert.ThrowsAsync<RunFailedException>(() =>
                new ThreadsCluster().RunAsync(JobPlan.Build(job, strategy: faulty), null, CancellationToken.None).WaitAsync(TestRuns.Limit));

            Checkpoint last = RunDirectory.Open(run).LoadLastCheckpoint();
            StateField[] books = [.. last.States["conductor"].Fields];
            long counted = books.Where(field => field.Name.EndsWith("-applied", StringComparison.Ordinal)).Sum(field => field.Counter);
            float[] held = [.. Enumerable.Range(0, last.States.Count - 1).SelectMany(server => Find(last, server, "shard/parameters")?.Vector ?? [])];
            long lead = Enumerable.Range(0, last.States.Count - 1).Select(server => Find(last, server, "shard/samples-applied")).First(field => field is not null)!.Counter;

            Assert.Equal(shards, Enumerable.Range(0, last.States.Count - 1).Count(server => Find(last, server, "shard/parameters") is not null));
            Assert.Equal(last.Model, held);
            Assert.True(counted > 0);
            Assert.Equal(counted, last.SamplesApplied);
            Assert.True(counted <= lead, $"{strategy}: the books count {counted} applied samples, but the state holds {lead}.");
            if (last.States.Count == 2) Assert.Equal(lead, counted);
        }
    }

    private static StateField? Find(Checkpoint checkpoint, int server, string name) =>
        checkpoint.States[$"server-{server}"].Fields.FirstOrDefault(field => field.Name == name);
}
