using Rubato.Configuration;
using Rubato.Strategies;
using Rubato.Strategies.Sgp;
using Rubato.Tests.Topologies;

namespace Rubato.Tests.Strategies.Sgp;

public class SgpTests
{
    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string graph in new[] { "exponential", "ring", "tree", "star" })
                foreach (int workers in new[] { 1, 2, 3, 7, 8 }) cases.Add($"sgp:graph={graph}", workers);
            cases.Add("sgp:peers=2", 7);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_weights_of_all_workers_add_up_to_their_number_and_none_is_lost(string strategy, int workers)
    {
        for (int steps = 1; steps <= 12; steps++)
        {
            double[] weights = Weights(TestCluster.Train(new TestJob(strategy) { Workers = workers, Length = 1, Batches = (long)steps * workers, Latency = 0.4 }));

            Assert.Equal(workers, weights.Sum(), 1e-9);
            Assert.All(weights, weight => Assert.True(weight > 0));
            if (!strategy.Contains("tree", StringComparison.Ordinal) && !strategy.Contains("star", StringComparison.Ordinal))
                Assert.All(weights, weight => Assert.Equal(1.0, weight));
        }
    }

    // The model is the mean of all numerators, which gradients alone may move: by −γ times their mean, each at its worker's own ratio.
    [Theory, MemberData(nameof(Cases))]
    public void Pushing_does_not_move_the_mean_of_the_numerators(string strategy, int workers)
    {
        var job = new TestJob(strategy) { Workers = workers, Momentum = 0, Latency = 0.4 };
        TestRun before = TestCluster.Train(job with { Batches = 0 });
        for (int step = 1; step <= 8; step++)
        {
            TestRun after = TestCluster.Train(job with { Batches = (long)step * workers });
            float rate = TestCluster.LearningRateAt((step - 1L) * workers * job.BatchSize);
            var mean = new float[job.Length];
            var gradient = new float[job.Length];
            for (int rank = 0; rank < workers; rank++)
            {
                TestWorker.GradientOf(job.Seed, (step - 1L) * workers + rank, before.States[$"worker-{rank}-replica"].Fields.Single().Vector!, gradient);
                for (int j = 0; j < mean.Length; j++) mean[j] += gradient[j] / workers;
            }
            for (int j = 0; j < mean.Length; j++) Assert.Equal(before.Model[j] - rate * mean[j], after.Model[j], 1e-5f);
            before = after;
        }
    }

    // Arithmetic of the matrices alone: no gradients, any start.
    [Theory, MemberData(nameof(Cases))]
    public void Ratios_go_to_the_mean_of_the_start(string strategy, int workers)
    {
        var definition = (SgpDefinition)StrategyCatalog.All.Create(Specification.Parse(strategy));
        double[] x = [.. Enumerable.Range(0, workers).Select(rank => Math.Sin(rank) + rank)], w = [.. x.Select(_ => 1.0)];
        double mean = x.Average();
        for (int round = 0; round < 400; round++)
        {
            x = MixingMatrixTests.Mix(definition.MatrixFor(workers, round), x);
            w = MixingMatrixTests.Mix(definition.MatrixFor(workers, round), w);
        }
        Assert.All(x.Zip(w), pair => Assert.Equal(mean, pair.First / pair.Second, 1e-6));
    }

    // All weights are 1 in the exponential graph, so a replica is what has been pushed to it, one share of 1 + p from each. Who pushes, by hand.
    [Theory]
    [InlineData("sgp", 0, new[] { 1 })]
    [InlineData("sgp", 1, new[] { 2 })]
    [InlineData("sgp", 2, new[] { 4 })]
    [InlineData("sgp:peers=2", 0, new[] { 1, 2 })]
    [InlineData("sgp:peers=2", 1, new[] { 3, 6 })]
    [InlineData("sgp:peers=3", 0, new[] { 1, 2, 3 })]
    [InlineData("sgp:peers=3", 1, new[] { 4, 1, 5 })]
    public void Peers_are_how_many_a_worker_pushes_to(string strategy, int round, int[] ahead)
    {
        const int Workers = 7;
        var job = new TestJob(strategy) { Workers = Workers, Momentum = 0, Batches = Workers * round };
        TestRun before = TestCluster.Train(job), after = TestCluster.Train(job with { Batches = Workers * (round + 1) });
        float rate = TestCluster.LearningRateAt((long)Workers * round * job.BatchSize);
        float[][] stepped = [.. Enumerable.Range(0, Workers).Select(rank =>
        {
            float[] x = Replica(before, rank), gradient = new float[job.Length];
            TestWorker.GradientOf(job.Seed, (long)Workers * round + rank, x, gradient);
            return x.Zip(gradient, (value, slope) => value - rate * slope).ToArray();
        })];

        for (int rank = 0; rank < Workers; rank++)
        {
            int[] sources = [rank, .. ahead.Select(offset => (rank + Workers - offset) % Workers)];
            for (int j = 0; j < job.Length; j++) Assert.Equal(sources.Average(source => stepped[source][j]), Replica(after, rank)[j], 1e-5f);
        }
    }

    [Fact]
    public void One_worker_is_its_optimizer_alone()
    {
        var job = new TestJob("sgp") { Workers = 1, Batches = 12 };

        Assert.Equal(TestCluster.Train(job with { Strategy = "all-reduce" }).Model, TestCluster.Train(job).Model);
    }

    private static float[] Replica(TestRun run, int rank) => run.States[$"worker-{rank}-replica"].Fields.Single().Vector!;

    private static double[] Weights(TestRun run) =>
        [.. Enumerable.Range(0, run.StepsByWorker.Count).Select(rank => BitConverter.Int64BitsToDouble(run.States[$"worker-{rank}"].Fields.Single(field => field.Vector is null).Counter))];
}
