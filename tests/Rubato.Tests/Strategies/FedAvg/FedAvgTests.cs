using Rubato.Configuration;
using Rubato.Data;
using Rubato.Strategies.FedAvg;
using Rubato.Tests.Training;
using Rubato.Training;

namespace Rubato.Tests.Strategies.FedAvg;

public class FedAvgTests
{
    [Theory]
    [InlineData(1, 4, "local-sgd:period=4")]
    [InlineData(3, 4, "local-sgd:period=4")]
    [InlineData(7, 2, "local-sgd:period=2")]
    [InlineData(3, 1, "all-reduce")]
    public void With_everybody_and_equal_shares_it_is_local_sgd(int workers, int period, string strategy)
    {
        var job = new TestJob($"fedavg:fraction=1,period={period}") { Workers = workers, Batches = 12L * workers, Momentum = 0 };

        TestRun run = TestCluster.Train(job), reference = TestCluster.Train(job with { Strategy = strategy });

        Assert.All(reference.Model.Zip(run.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    // One step from x is x − γ g, so the model moves by the weighted mean of the gradients.
    [Fact]
    public void Clients_count_by_their_samples()
    {
        var job = new TestJob("fedavg:fraction=1,period=1")
        {
            Workers = 3,
            Batches = 3,
            Length = 2,
            Rate = _ => 0.5f,
            Momentum = 0,
            Gradient = (worker, _, _, _, gradient) => gradient.Fill(worker),
            OwnSamples = worker => 10 * (worker + 1),
        };

        TestRun run = TestCluster.Train(job), mirrored = TestCluster.Train(job with
        {
            Gradient = (worker, _, _, _, gradient) => gradient.Fill(2 - worker),
            OwnSamples = worker => 10 * (3 - worker),
        });

        float mean = (20 * 1 + 30 * 2) / 60f;
        Assert.Equal(-0.7f - 0.5f * mean, run.Model[0], 1e-6f);
        Assert.All(run.Model.Zip(mirrored.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Theory]
    [InlineData(1, 0.1, 1)]
    [InlineData(7, 0.1, 1)]
    [InlineData(7, 0.43, 3)]
    [InlineData(7, 1, 7)]
    public void So_many_workers_take_each_whole_round_and_the_others_sit_it_out(int workers, double fraction, int clients)
    {
        var steps = new Dictionary<long, SortedSet<int>>();
        var absent = new Dictionary<long, SortedSet<int>>();
        static void Note(Dictionary<long, SortedSet<int>> book, int worker, long step) =>
            (book.TryGetValue(step, out SortedSet<int>? those) ? those : book[step] = []).Add(worker);

        TestRun run = TestCluster.Train(new TestJob(FormattableString.Invariant($"fedavg:fraction={fraction},period=3"))
        {
            Workers = workers,
            Batches = 15L * clients,
            Finished = (worker, step) => Note(steps, worker, step),
            SatOut = (worker, step) => Note(absent, worker, step),
        });

        Assert.Equal(Enumerable.Range(1, 15).Select(step => (long)step), steps.Keys.Order());
        foreach ((long step, SortedSet<int> present) in steps)
        {
            Assert.Equal(clients, present.Count);
            Assert.Equal(steps[(step - 1) / 3 * 3 + 1], present);
            Assert.Equal(Enumerable.Range(0, workers).Except(present), absent.GetValueOrDefault(step) ?? []);
        }
        Assert.Equal(15 * clients, run.Computed);
        Assert.Equal(15 * clients, run.Applied.Count);
    }

    [Theory]
    [InlineData(1, 1, 1, 3)]
    [InlineData(4, 0.5, 1, 3)]
    [InlineData(3, 1, 2, 6)]
    [InlineData(7, 0.3, 3, 9)]
    public void Epochs_of_equal_pools_are_a_period(int workers, double fraction, int epochs, int period)
    {
        var job = new TestJob(FormattableString.Invariant($"fedavg:fraction={fraction},epochs={epochs}"))
        {
            Workers = workers,
            OwnSamples = _ => 12,
            BatchSize = 4,
            Batches = 18L * workers,
        };

        TestRun run = TestCluster.Train(job), reference = TestCluster.Train(job with { Strategy = FormattableString.Invariant($"fedavg:fraction={fraction},period={period}") });

        Assert.Equal(reference.Model, run.Model);
        Assert.Equal(reference.Applied, run.Applied);
    }

    [Theory]
    [InlineData(1, 2, 3, 6)]
    [InlineData(2, 3, 5, 12)]
    public void Clients_of_unequal_pools_go_as_often_through_their_own_and_wait_for_the_largest(int epochs, int first, int second, int third)
    {
        int[] pools = [5, 10, 23], steps = [first, second, third];
        var taken = new List<(int Worker, long Step)>();
        var absent = new List<(int Worker, long Step)>();
        var job = new TestJob($"fedavg:fraction=1,epochs={epochs}")
        {
            OwnSamples = worker => pools[worker],
            BatchSize = 4,
            Batches = 3L * third * 3,
            Momentum = 0.5f,
            Finished = (worker, step) => taken.Add((worker, step)),
            SatOut = (worker, step) => absent.Add((worker, step)),
        };

        TestRun run = TestCluster.Train(job);

        for (int worker = 0; worker < 3; worker++)
        {
            Assert.Equal(Enumerable.Range(0, 3 * third).Where(step => step % third < steps[worker]).Select(step => step + 1L), StepsOf(taken, worker));
            Assert.Equal(Enumerable.Range(0, 3 * third).Where(step => step % third >= steps[worker]).Select(step => step + 1L), StepsOf(absent, worker));
            Assert.Equal(3 * steps[worker], run.Applied.Count(applied => applied.Worker == worker));
        }
        // From the middle of a round, when one client is done and others are not.
        TestRun half = TestCluster.Train(job with { Batches = 3L * (third + second), EndsAnywhere = true });
        Assert.Equal(run.Model, TestCluster.Train(job with { Resume = half }).Model);
    }

    // Pools of 719 and 718, or nearly so, and batches that the first one needs one more of.
    [Theory]
    [InlineData("dirichlet:0.3", 1, 359)]
    [InlineData("dirichlet:0.3", 2, 479)]
    [InlineData("shards:70", 1, 2)]
    public async Task In_a_job_each_client_takes_the_batches_of_its_epochs_in_every_round(string partition, int epochs, int batchSize)
    {
        using var folder = new TemporaryFolder();
        var job = new TrainingJob
        {
            On = World.Simulation,
            Workers = 2,
            BatchSize = batchSize,
            Epochs = 4,
            EvaluateEvery = 1,
            Partition = partition,
            Model = Specification.Parse("logistic"),
            Strategy = Specification.Parse($"fedavg:fraction=1,epochs={epochs}"),
            ComputeTime = ComputeTime.Parse("20ms"),
        };
        JobPlan plan = JobPlan.Build(job);
        SampleDeal deal = plan.CreateDeal();
        long[] steps = [.. Enumerable.Range(0, 2).Select(worker => (epochs * deal.PoolSize(worker) + batchSize - 1L) / batchSize)];
        Assert.NotEqual(steps[0], steps[1]);
        long rounds = plan.Steps!.Value / steps.Max();

        RunReport report = await RunAsync(job);

        Assert.Equal(steps.Select(count => rounds * count * batchSize), report.Workers.Select(worker => worker.Samples));
        Assert.Equal(plan.SamplesAfter(plan.Steps.Value), report.Samples.Applied);
        Assert.Equal(report.Samples.Computed, report.Samples.Applied);

        // Checkpoints fall within rounds as well.
        await RunAsync(job with { Epochs = 1, Output = folder.In("part") });
        RunReport resumed = await RunAsync(job with { Resume = folder.In("part") });
        Assert.Equal(report.ParametersSha256, resumed.ParametersSha256);
        Assert.Equal(report.Samples, resumed.Samples);
    }

    [Fact]
    public void Rounds_draw_everybody_alike()
    {
        const int Workers = 10, Clients = 3, Rounds = 2000;
        var drawn = new int[Workers];
        for (int round = 0; round < Rounds; round++)
        {
            int[] those = [.. Enumerable.Range(0, Workers).Where(rank => FedAvgStrategy.IsDrawn(5, round, rank, Workers, Clients))];
            Assert.Equal(Clients, those.Length);
            foreach (int rank in those) drawn[rank]++;
        }

        // 600 ± 20.
        Assert.All(drawn, count => Assert.InRange(count, 500, 700));
    }

    [Fact]
    public void Within_a_round_the_model_is_that_of_the_last_one_and_clients_begin_the_next_with_nothing_of_their_own()
    {
        var job = new TestJob("fedavg:fraction=0.5,period=4") { Workers = 4, Batches = 2 * 8 };
        TestRun two = TestCluster.Train(job), more = TestCluster.Train(job with { Batches = 2 * 11, EndsAnywhere = true });

        Assert.Equal(two.Model, more.Model);
        Assert.Equal(16, more.Applied.Count);
        Assert.Equal(22, more.Computed);
        for (int rank = 0; rank < 4; rank++)
        {
            Assert.All(two.States[$"optimizer-{rank}"].Fields.Single().Vector!, value => Assert.Equal(0, value));
            Assert.Equal(two.Model, two.States[$"worker-{rank}-replica"].Fields.Single().Vector);
        }
    }

    // Mini-batches that a worker sits out are not lost to it, or it would see some of its samples more often than others.
    [Fact]
    public async Task A_client_goes_through_its_own_samples_in_whole_epochs()
    {
        const int Workers = 4, Pool = 10;
        var set = new CountingSet(Workers * Pool);
        var job = new TrainingJob
        {
            On = World.Simulation,
            Workers = Workers,
            BatchSize = 5,
            Steps = 31,
            EvaluateEvery = 1e6,
            Partition = "skew:0",
            Model = Specification.Parse("linear"),
            Optimizer = Specification.Parse("sgd:lr=0.01"),
            Strategy = Specification.Parse("fedavg:fraction=0.5,period=1"),
            ComputeTime = ComputeTime.Parse("20ms"),
        };
        JobPlan plan = JobPlan.Build(job, Dataset.Of("counted", set, SampleSet.FromArrays([0f], [0f], new SampleShape(1))));

        RunReport report = await new SimulatedCluster { ComputeThreads = 1 }.RunAsync(plan, null, CancellationToken.None);

        Assert.Equal(31 * Workers * 5, set.Reads.Sum());
        Assert.Equal(report.Samples.Applied, set.Reads.Sum());
        SampleDeal deal = plan.CreateDeal();
        for (int worker = 0; worker < Workers; worker++)
        {
            var pool = new int[Pool];
            deal.Read(worker, 0, pool);
            Assert.InRange(pool.Max(sample => set.Reads[sample]) - pool.Min(sample => set.Reads[sample]), 0, 1);
        }
    }

    private static Task<RunReport> RunAsync(TrainingJob job) => new SimulatedCluster { ComputeThreads = 1 }.RunAsync(job, null, CancellationToken.None);

    private static long[] StepsOf(List<(int Worker, long Step)> book, int worker) => [.. book.Where(line => line.Worker == worker).Select(line => line.Step)];

    private sealed class CountingSet(int count) : SampleSet
    {
        private readonly SampleSet _samples = FromArrays([.. Enumerable.Range(0, count).Select(i => i % 3 - 1f)], new float[count], new SampleShape(1));

        public int[] Reads { get; } = new int[count];

        public override int Count => _samples.Count;

        public override SampleShape Shape => _samples.Shape;

        public override int Classes => 0;

        public override int LabelOf(int sample) => 0;

        public override void Read(ReadOnlySpan<int> samples, Batch batch)
        {
            foreach (int sample in samples) Interlocked.Increment(ref Reads[sample]);
            _samples.Read(samples, batch);
        }
    }
}
