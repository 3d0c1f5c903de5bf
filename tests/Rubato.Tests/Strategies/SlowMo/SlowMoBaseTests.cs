using Rubato.Configuration;
using Rubato.Numerics;
using Rubato.Training;

namespace Rubato.Tests.Strategies.SlowMo;

public class SlowMoBaseTests
{
    private const string Plain = "slow-momentum=0,slow-rate=1,buffers=keep";

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(3, 4)]
    [InlineData(7, 3)]
    public void Without_slow_momentum_and_at_slow_rate_1_all_reduce_stays_what_it_is_to_the_bit(int workers, int period)
    {
        var job = new TestJob($"slowmo:base=all-reduce,period={period},{Plain}") { Workers = workers, Batches = 10L * workers, Latency = 0.4 };

        TestRun run = TestCluster.Train(job), reference = TestCluster.Train(job with { Strategy = "all-reduce" });

        Assert.Equal(reference.Model, run.Model);
        for (int rank = 0; rank < workers; rank++) Assert.Null(run.States["worker-0-replica"].FirstDifference(run.States[$"worker-{rank}-replica"]));
    }

    // The other method is run for a period at a time, and its replicas are replaced by their mean before it is resumed.
    [Theory]
    [InlineData("gossip", "", 1, 3)]
    [InlineData("gossip", "", 3, 1)]
    [InlineData("gossip", "", 7, 3)]
    [InlineData("gossip", "topology=tree", 7, 4)]
    [InlineData("gossip", "topology=sites,site-size=2", 5, 2)]
    [InlineData("sgp", "", 3, 2)]
    [InlineData("sgp", "graph=ring", 7, 3)]
    public void Without_slow_momentum_and_at_slow_rate_1_the_base_is_left_alone_but_for_an_exact_average_every_period(
        string basis, string options, int workers, int period)
    {
        var job = new TestJob($"slowmo:base={basis},period={period},{Plain}{(options.Length > 0 ? "," : "")}{options}") { Workers = workers, Batches = 3L * period * workers };

        TestRun run = TestCluster.Train(job);
        TestJob other = job with { Strategy = options.Length > 0 ? $"{basis}:{options}" : basis };
        TestRun reference = Averaged(TestCluster.Train(other with { Batches = period * workers }));
        for (int block = 2; block <= 3; block++)
            reference = Averaged(TestCluster.Train(other with { Batches = (long)block * period * workers, Resume = reference }));

        for (int rank = 0; rank < workers; rank++)
        {
            Assert.Equal(VectorOf(reference, $"worker-{rank}-replica"), VectorOf(run, $"worker-{rank}-replica"));
            Assert.Null(reference.States[$"optimizer-{rank}"].FirstDifference(run.States[$"optimizer-{rank}"]));
        }
    }

    // All batches pull alike (their Hessian is 1), and no base moves the mean but by the mean of its gradients.
    [Theory]
    [InlineData("gossip", 3)]
    [InlineData("gossip,topology=star", 7)]
    [InlineData("gossip,topology=complete", 4)]
    [InlineData("sgp", 7)]
    [InlineData("sgp,peers=2", 5)]
    [InlineData("all-reduce", 3)]
    public void On_a_quadratic_the_mean_does_not_depend_on_the_base(string basis, int workers)
    {
        var job = new TestJob($"slowmo:base={basis},period=3,slow-momentum=0.6") { Workers = workers, Batches = 14L * workers, Momentum = 0, Latency = 0.4 };

        TestRun run = TestCluster.Train(job), reference = TestCluster.Train(job with { Strategy = "slowmo:period=3,slow-momentum=0.6" });

        Assert.All(reference.Model.Zip(run.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    // Gradients are 0, replicas differ, and all that moves them is the base and its average.
    [Theory]
    [InlineData("gossip", 4)]
    [InlineData("gossip,topology=tree", 7)]
    [InlineData("sgp,graph=star", 5)]
    [InlineData("sgp,graph=tree", 7)]
    public void Mixing_pushing_and_averaging_keep_the_mean_of_the_replicas(string basis, int workers)
    {
        // One step drives the replicas apart, the others have no gradient.
        var job = new TestJob($"slowmo:base={basis},period=4,{Plain}")
        {
            Workers = workers,
            Momentum = 0,
            Rate = _ => 1,
            Gradient = (worker, _, batch, _, gradient) => gradient.Fill(batch < workers ? worker : 0),
        };
        TestRun apart = TestCluster.Train(job with { Batches = workers });

        for (int steps = 2; steps <= 6; steps++)
        {
            TestRun later = TestCluster.Train(job with { Batches = (long)steps * workers });
            Assert.All(apart.Model.Zip(later.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
            float[] firsts = [.. Enumerable.Range(0, workers).Select(rank => VectorOf(later, $"worker-{rank}-replica")[0])];
            // Even mixing equal replicas may round.
            if (steps < 4) Assert.True(firsts.Max() - firsts.Min() > 1e-2f);
            else Assert.InRange(firsts.Max() - firsts.Min(), 0, steps == 4 ? 0 : 1e-5f);
        }
    }

    [Fact]
    public void After_an_average_pushed_replicas_weigh_1_again()
    {
        var job = new TestJob("slowmo:base=sgp,graph=star,period=3") { Workers = 5 };
        TestRun before = TestCluster.Train(job with { Batches = 10 }), after = TestCluster.Train(job with { Batches = 15 });

        Assert.All(Enumerable.Range(0, 5), rank => Assert.NotEqual(1.0, WeightOf(before, rank)));
        Assert.All(Enumerable.Range(0, 5), rank => Assert.Equal(1.0, WeightOf(after, rank)));
        Assert.All(Enumerable.Range(0, 5), rank => Assert.Equal(VectorOf(after, $"worker-{rank}-replica"), VectorOf(after, $"worker-{rank}", "base/numerator")));
    }

    [Theory]
    [InlineData("slowmo:base=all-reduce,period=2", "all-reduce", 0)]
    [InlineData("slowmo:base=gossip,period=2", "gossip", 3)]
    [InlineData("slowmo:base=sgp,period=3", "sgp", 2)]
    [InlineData("slowmo:period=2", "slowmo:period=6", 2)]
    public async Task The_bytes_are_those_of_the_base_and_of_its_averages(string strategy, string basis, int averages)
    {
        long extra = await BytesOf(strategy) - await BytesOf(basis);

        long average = await BytesOf("slowmo:period=3") - await BytesOf("slowmo:period=6");
        Assert.True(average > 0);
        Assert.Equal(averages * average, extra);
    }

    private static async Task<long> BytesOf(string strategy)
    {
        var job = new TrainingJob
        {
            On = World.Simulation,
            Workers = 4,
            BatchSize = 2,
            Steps = 6,
            EvaluateEvery = 1000,
            Model = Specification.Parse("logistic"),
            Strategy = Specification.Parse(strategy),
            ComputeTime = ComputeTime.Parse("20ms"),
        };
        return (await new SimulatedCluster().RunAsync(JobPlan.Build(job), null, CancellationToken.None)).BytesSent;
    }

    private static TestRun Averaged(TestRun run)
    {
        int workers = run.StepsByWorker.Count;
        var mean = new float[run.Model.Length];
        for (int rank = 0; rank < workers; rank++) RankOrderedMean.Accumulate(mean, VectorOf(run, $"worker-{rank}-replica"), rank);
        RankOrderedMean.Finish(mean, workers);
        return run with { States = run.States.ToDictionary(state => state.Key, state => WithVectors(state.Value, mean)) };
    }

    // All vectors but the optimizer's are the model in one form or the other.
    private static StateSnapshot WithVectors(StateSnapshot state, float[] mean) =>
        new([.. state.Fields.Select(field => field.Name is "parameters" or "numerator" ? new StateField(field.Name, [.. mean], 0) : field)]);

    private static double WeightOf(TestRun run, int rank) =>
        BitConverter.Int64BitsToDouble(run.States[$"worker-{rank}"].Fields.Single(field => field.Name == "base/weight").Counter);

    private static float[] VectorOf(TestRun run, string state, string field = "parameters") =>
        run.States[state].Fields.Single(candidate => candidate.Name == field).Vector!;
}
