using Rubato.Configuration;
using Rubato.Data;
using Rubato.Strategies;
using Rubato.Tests.Training;
using Rubato.Training;

namespace Rubato.Tests.Strategies.ShadowSync;

/// <summary>One copy of the embedding table on servers, in jobs of the simulated world.</summary>
public class ShadowTablesTests
{
    private const int Dense = 3937, Steps = 40;

    [Theory]
    [InlineData("core=none")]
    [InlineData("core=easgd,fixed-rate=3,alpha=0")]
    public async Task A_worker_alone_trains_the_same_model_to_the_bit_wherever_the_table_is(string core)
    {
        RunReport replicas = await RunAsync($"shadowsync:{core},model=first", workers: 1);
        RunReport servers = await RunAsync($"shadowsync:{core},model=first,tables=servers,table-servers=2", workers: 1);

        Assert.Equal(replicas.ParametersSha256, servers.ParametersSha256);
    }

    [Fact]
    public async Task The_rate_of_the_table_is_its_own_and_follows_the_schedule()
    {
        var schedule = Specification.Parse("step:every=0.2,factor=0.5");
        RunReport same = await RunAsync("shadowsync:core=none,tables=servers", schedule: schedule);
        RunReport given = await RunAsync("shadowsync:core=none,tables=servers,table-rate=0.05", schedule: schedule);
        RunReport other = await RunAsync("shadowsync:core=none,tables=servers,table-rate=0.1", schedule: schedule);

        Assert.Equal(same.ParametersSha256, given.ParametersSha256);
        Assert.NotEqual(same.ParametersSha256, other.ParametersSha256);
    }

    [Theory]
    [InlineData("core=easgd,servers=2,threads=2")]
    [InlineData("core=easgd,model=centre")]
    [InlineData("core=ma,threads=2,interval=300ms")]
    [InlineData("core=bmuf,fixed-rate=2,model=first")]
    public async Task A_seed_gives_the_same_bits_whatever_the_number_of_table_servers(string core)
    {
        RunReport one = await RunAsync($"shadowsync:{core},tables=servers"), again = await RunAsync($"shadowsync:{core},tables=servers");
        RunReport three = await RunAsync($"shadowsync:{core},tables=servers,table-servers=3");

        Assert.Equal(one.TraceHash, again.TraceHash);
        Assert.Equal(one.ParametersSha256, again.ParametersSha256);
        Assert.Equal(one.ParametersSha256, three.ParametersSha256);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task The_traffic_is_that_of_the_touched_rows_and_of_exchanges_of_the_dense_part(int tableServers)
    {
        const int Rate = 4, Width = 8, Header = 24;
        TrainingJob job = Job($"shadowsync:fixed-rate={Rate},tables=servers,table-servers={tableServers}", workers: 1);

        RunReport run = await new SimulatedCluster().RunAsync(job, null, CancellationToken.None);

        // A pull at the start, and a goodbye to each server.
        long up = Header + Header * (1 + tableServers), down = Header + 4 * Dense;
        up += Steps / Rate * (Header + 4 * Dense);
        down += Steps / Rate * (Header + 4 * Dense);
        foreach (int[] rows in TouchedRows(JobPlan.Build(job)))
        {
            int concerned = rows.Select(row => ServerOf(row, tableServers)).Distinct().Count();
            up += Header * concerned + 4 * rows.Length + (Header + 4) * concerned + 4 * (1 + Width) * rows.Length;
            down += Header * concerned + 4 * Width * rows.Length + Header * concerned;
        }
        Assert.Equal(up, run.Workers[0].BytesSent);
        Assert.Equal(up + down, run.BytesSent);
    }

    [Fact]
    public async Task A_checkpoint_counts_no_step_that_the_table_has_not_taken()
    {
        using var folder = new TemporaryFolder();
        foreach (long end in new[] { 11, 24, 37 })
        {
            TrainingJob job = Job("shadowsync:core=none,threads=2,tables=servers", workers: 4) with
            {
                Epochs = 100,
                Steps = null,
                CheckpointEvery = 0.2,
                Output = folder.In($"run-{end}"),
            };
            StrategyDefinition faulty = new FaultyStrategy(JobPlan.Build(job).Strategy, worker: 1, step: end);
            await Assert.ThrowsAsync<RunFailedException>(() => new SimulatedCluster().RunAsync(JobPlan.Build(job, strategy: faulty), null, CancellationToken.None));

            Checkpoint last = RunDirectory.Open(job.Output).LoadLastCheckpoint();
            long updates = Find(last, "table/updates").Counter;
            Assert.InRange(last.SamplesApplied, 1, updates * job.BatchSize);
        }
    }

    [Fact]
    public async Task A_resumed_job_goes_on_from_the_rows_and_the_sums_beside_them()
    {
        using var folder = new TemporaryFolder();
        TrainingJob job = Job("shadowsync:tables=servers", workers: 2) with { Optimizer = Specification.Parse("adagrad:lr=0.05"), Output = folder.In("first") };
        RunReport half = await new SimulatedCluster().RunAsync(job, null, CancellationToken.None);
        Checkpoint saved = RunDirectory.Open(job.Output).LoadLastCheckpoint();

        Task<RunReport> goOn(string name) => new SimulatedCluster().RunAsync(
            job with { Steps = 2 * Steps, Resume = job.Output, Output = folder.In(name) }, null, CancellationToken.None);
        RunReport rest = await goOn("rest"), again = await goOn("again");

        // The centre is server 0.
        float[] rows = Find(saved, "table/rows", server: 1).Vector!, sums = Find(saved, "table/optimizer/sum", server: 1).Vector!;
        Assert.Equal(rows, saved.Model[..rows.Length]);
        Assert.Contains(sums, sum => sum > 0);
        Assert.Equal(rest.ParametersSha256, again.ParametersSha256);
        Assert.NotEqual(half.ParametersSha256, rest.ParametersSha256);
        // Sums of squares only grow, unless they were forgotten.
        float[] grown = Find(RunDirectory.Open(folder.In("rest")).LoadLastCheckpoint(), "table/optimizer/sum", server: 1).Vector!;
        Assert.All(sums.Zip(grown), pair => Assert.True(pair.Second >= pair.First));
        Assert.NotEqual(sums, grown);
    }

    private static async Task<RunReport> RunAsync(string strategy, int workers = 3, Specification? schedule = null) =>
        await new SimulatedCluster().RunAsync(Job(strategy, workers) with { Schedule = schedule ?? new Specification("constant") }, null, CancellationToken.None);

    private static TrainingJob Job(string strategy, int workers) => new()
    {
        On = World.Simulation,
        Workers = workers,
        BatchSize = 16,
        Dataset = "clicks:samples=1000",
        Model = new Specification("embedding-mlp"),
        Strategy = Specification.Parse(strategy),
        Optimizer = Specification.Parse("sgd:lr=0.05"),
        ComputeTime = ComputeTime.Parse("1s:log-normal:sigma=0.1"),
        Network = NetworkShape.Parse("latency=1ms"),
        Steps = Steps,
        EvaluateEvery = 100,
    };

    private static IEnumerable<int[]> TouchedRows(JobPlan plan)
    {
        SampleDeal deal = plan.CreateDeal();
        var samples = new int[plan.Job.BatchSize];
        var batch = new Batch();
        for (long step = 0; step < Steps; step++)
        {
            deal.Read(0, step, samples);
            plan.Dataset.Train.Read(samples, batch);
            yield return [.. batch.Categories.ToArray().Distinct()];
        }
    }

    private static int ServerOf(int row, int servers) => row / (2400 / servers);

    private static StateField Find(Checkpoint checkpoint, string name, int server = 0) => checkpoint.States[$"server-{server}"].Fields.First(field => field.Name == name);
}
