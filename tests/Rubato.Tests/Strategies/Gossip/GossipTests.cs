namespace Rubato.Tests.Strategies.Gossip;

public class GossipTests
{
    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string topology in new[] { "ring", "exponential", "tree", "star", "complete", "sites,site-size=3" })
                foreach (int workers in new[] { 1, 2, 3, 7 }) cases.Add(topology, workers);
            cases.Add("torus", 6);
            return cases;
        }
    }

    // All batches pull alike (their Hessian is 1), so mixing, which must not move the mean, is the only thing that could tell the two apart.
    [Theory, MemberData(nameof(Cases))]
    public void On_a_quadratic_the_mean_of_the_replicas_is_all_reduce(string topology, int workers)
    {
        var job = new TestJob($"gossip:topology={topology}") { Workers = workers, Batches = 15L * workers, Momentum = 0, Latency = 0.4 };

        TestRun run = TestCluster.Train(job), reference = TestCluster.Train(job with { Strategy = "all-reduce" });

        Assert.All(reference.Model.Zip(run.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void One_worker_is_its_optimizer_alone()
    {
        var job = new TestJob("gossip") { Workers = 1, Batches = 12 };

        Assert.Equal(TestCluster.Train(job with { Strategy = "all-reduce" }).Model, TestCluster.Train(job).Model);
    }

    [Fact]
    public void A_step_is_the_weighted_mean_of_the_old_replicas_less_the_gradient_at_ones_own()
    {
        var job = new TestJob("gossip") { Workers = 4, Momentum = 0, Batches = 12 };
        float[][] before = Replicas(TestCluster.Train(job)), after = Replicas(TestCluster.Train(job with { Batches = 16 }));
        float rate = TestCluster.LearningRateAt(12L * job.BatchSize);
        for (int i = 0; i < 4; i++)
        {
            var gradient = new float[job.Length];
            TestWorker.GradientOf(job.Seed, 12 + i, before[i], gradient);
            for (int j = 0; j < job.Length; j++)
            {
                float mean = (before[i][j] + before[(i + 1) % 4][j] + before[(i + 3) % 4][j]) / 3;
                Assert.Equal(mean - rate * gradient[j], after[i][j], 1e-5f);
            }
        }
    }

    // Neighbours by hand, worker by worker, and the weights of Metropolis and Hastings from their numbers.
    [Theory]
    [InlineData("ring", "15 02 13 24 35 04")]
    [InlineData("torus", "123 024 015 045 135 234")]
    [InlineData("exponential", "1245 0235 0134 1245 0235 0134")]
    [InlineData("tree", "12 034 05 1 1 2")]
    [InlineData("star", "12345 0 0 0 0 0")]
    [InlineData("complete", "12345 02345 01345 01245 01235 01234")]
    [InlineData("sites,site-size=3", "123 02 01 045 35 34")]
    public void The_topology_says_whose_replicas_enter_a_step(string topology, string neighbours)
    {
        int[][] around = [.. neighbours.Split(' ').Select(ranks => ranks.Select(rank => rank - '0').ToArray())];
        var job = new TestJob($"gossip:topology={topology}") { Workers = 6, Momentum = 0, Batches = 6 * 2 };
        float[][] before = Replicas(TestCluster.Train(job)), after = Replicas(TestCluster.Train(job with { Batches = 6 * 3 }));
        float rate = TestCluster.LearningRateAt(12L * job.BatchSize);
        for (int i = 0; i < 6; i++)
        {
            var gradient = new float[job.Length];
            TestWorker.GradientOf(job.Seed, 12 + i, before[i], gradient);
            for (int j = 0; j < job.Length; j++)
            {
                float mixed = before[i][j];
                foreach (int other in around[i]) mixed += (before[other][j] - before[i][j]) / (1 + Math.Max(around[i].Length, around[other].Length));
                Assert.Equal(mixed - rate * gradient[j], after[i][j], 1e-5f);
            }
        }
    }

    // Virtual time. Vectors travel for half a second at most while gradients take a whole one.
    [Fact]
    public void Vectors_travel_while_gradients_are_computed()
    {
        var job = new TestJob("gossip") { Workers = 4, Batches = 40, Latency = 0.4, StepTime = (_, _) => 1, StartsTogether = true };
        double one = TestCluster.Train(job with { Batches = 4 }).FilledSeconds;

        Assert.Equal(9, TestCluster.Train(job).FilledSeconds - one, 1e-6);
    }

    private static float[][] Replicas(TestRun run) =>
        [.. Enumerable.Range(0, run.StepsByWorker.Count).Select(rank => run.States[$"worker-{rank}-replica"].Fields.Single().Vector!)];
}
