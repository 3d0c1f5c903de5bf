using Rubato.Configuration;
using Rubato.Numerics;
using Rubato.Strategies;
using Rubato.Strategies.Bmuf;
using Rubato.Strategies.ShadowSync;

namespace Rubato.Tests.Strategies.ShadowSync;

public class ShadowSyncTests
{
    [Theory]
    [InlineData("shadowsync:core=easgd,alpha=0")]
    [InlineData("shadowsync:core=easgd,alpha=0,symmetric=false,threads=2")]
    [InlineData("shadowsync:core=ma,alpha=0,threads=2")]
    [InlineData("shadowsync:core=ma,alpha=0,blend=snapshot")]
    [InlineData("shadowsync:core=bmuf,alpha=0,block-momentum=0.5")]
    public void With_weight_0_replicas_are_those_of_workers_that_never_meet(string strategy)
    {
        string threads = strategy.Contains("threads=2", StringComparison.Ordinal) ? ",threads=2" : "";
        // Whoever comes first takes the next batch, so nothing may depend on which it is.
        var job = new TestJob(strategy)
        {
            Workers = 3,
            Latency = 0.3,
            StartsTogether = true,
            Rate = _ => 0.1f,
            Gradient = (rank, seed, _, x, gradient) => TestWorker.GradientOf(seed, rank, x, gradient),
        };

        TestRun idle = TestCluster.Train(job), alone = TestCluster.Train(job with { Strategy = $"shadowsync:core=none{threads}" });

        Assert.Equal(alone.StepsByWorker, idle.StepsByWorker);
        Assert.Equal(alone.Model, idle.Model);
        Assert.All(Enumerable.Range(0, 3), rank => Assert.Equal(Replica(alone, rank), Replica(idle, rank)));
        Assert.Contains(idle.Synchronizations, count => count > 0);
        Assert.All(alone.Synchronizations, count => Assert.Equal(0, count));
    }

    [Theory]
    [InlineData("shadowsync:core=none,threads=2", true)]
    [InlineData("shadowsync:core=easgd", false)]
    [InlineData("shadowsync:core=ma", false)]
    public void What_another_worker_learns_is_nothing_to_a_replica_unless_they_meet(string strategy, bool isIndependent)
    {
        var job = new TestJob(strategy) { Workers = 2 };

        TestRun run = TestCluster.Train(job);
        TestRun other = TestCluster.Train(job with
        {
            Gradient = (rank, seed, batch, x, gradient) => TestWorker.GradientOf(rank == 1 ? seed + 1 : seed, batch, x, gradient),
        });

        Assert.Equal(isIndependent, Replica(run, 0).SequenceEqual(Replica(other, 0)));
        Assert.NotEqual(Replica(run, 1), Replica(other, 1));
    }

    [Theory]
    [InlineData(1f, false)]
    [InlineData(0.3f, false)]
    [InlineData(0.3f, true)]
    public void A_round_among_resting_replicas_keeps_their_mean_and_brings_them_together(float alpha, bool fromSnapshot)
    {
        float[][] before = Replicas(), after = Round(() => new AveragingSynchronizer(alpha, fromSnapshot ? ShadowBlend.Snapshot : ShadowBlend.Live, null));

        for (int j = 0; j < Length; j++)
        {
            Assert.Equal(before.Average(x => (double)x[j]), after.Average(x => (double)x[j]), 1e-5);
            double spread = before.Max(x => x[j]) - before.Min(x => x[j]);
            Assert.Equal((1 - alpha) * spread, after.Max(x => x[j]) - after.Min(x => x[j]), 1e-5);
        }
        if (alpha == 1) Assert.All(after, replica => Assert.Equal(after[0], replica));
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(0.4f)]
    public void Block_momentum_0_at_block_rate_1_is_model_averaging(float alpha)
    {
        float[][] averaged = Round(() => new AveragingSynchronizer(alpha, ShadowBlend.Live, null));
        float[][] filtered = Round(() => new AveragingSynchronizer(alpha, ShadowBlend.Live, new BlockFilter(1, 0, isNesterov: false)));

        for (int rank = 0; rank < Workers; rank++)
            Assert.All(averaged[rank].Zip(filtered[rank]), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void The_snapshot_blend_keeps_the_steps_made_meanwhile_and_the_live_one_loses_a_share_of_them()
    {
        const float Alpha = 0.25f, Meanwhile = 0.8f;

        float ended(ShadowBlend blend)
        {
            var synchronizer = new AveragingSynchronizer(Alpha, blend, null);
            float[] x = [2];
            synchronizer.Begin(x);
            synchronizer.TakeSnapshot(x);
            synchronizer.Average[0] = 1;  // others are at 0
            x[0] += Meanwhile;
            synchronizer.TakeAverage(x);
            return x[0];
        }

        Assert.Equal(2 + Meanwhile + Alpha * (1 - 2), ended(ShadowBlend.Snapshot), 1e-6f);
        Assert.Equal(2 + Meanwhile + Alpha * (1 - 2 - Meanwhile), ended(ShadowBlend.Live), 1e-6f);
    }

    [Theory]
    [InlineData("shadowsync:core=bmuf,block-momentum=0.4,threads=2")]
    [InlineData("shadowsync:core=bmuf,block-momentum=0.4,fixed-rate=2")]
    public void The_global_model_is_the_same_on_every_worker_to_the_bit(string strategy)
    {
        TestRun run = TestCluster.Train(new TestJob(strategy) { Workers = 5, Latency = 0.3, StepTime = (worker, _) => 1 + worker });

        for (int rank = 1; rank < 5; rank++)
        {
            Assert.Null(run.States["worker-0"].FirstDifference(run.States[$"worker-{rank}"]));
            Assert.NotEqual(Replica(run, 0), Replica(run, rank));
        }
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 4)]
    public void In_the_foreground_each_thread_synchronizes_every_kth_of_its_steps(int threads, int period)
    {
        TestRun run = TestCluster.Train(new TestJob($"shadowsync:threads={threads},fixed-rate={period}")
        {
            Workers = 3,
            Batches = 200,
            StepTime = (worker, _) => 1 + 0.5 * worker,
        });

        for (int rank = 0; rank < 3; rank++)
        {
            // Threads of one worker step at one speed. The last exchange may come after the budget was used up, and is then refused.
            long exact = run.StepsByWorker[rank] / threads / period * threads;
            Assert.InRange(run.Synchronizations[rank], exact - threads, exact + threads - 1);
        }
    }

    [Theory]
    [InlineData("shadowsync:core=none,alpha=0.5", "alpha")]
    [InlineData("shadowsync:core=none,fixed-rate=5", "fixed-rate")]
    [InlineData("shadowsync:fixed-rate=5,interval=1ms", "interval")]
    [InlineData("shadowsync:blend=live", "blend")]
    [InlineData("shadowsync:core=ma,block-momentum=0.5", "block-momentum")]
    [InlineData("shadowsync:core=ma,block-rate=0.5", "block-rate")]
    [InlineData("shadowsync:core=ma,servers=2", "servers")]
    [InlineData("shadowsync:core=ma,symmetric=true", "symmetric")]
    [InlineData("shadowsync:core=none,symmetric=false", "symmetric")]
    [InlineData("shadowsync:core=bmuf,model=centre", "model=centre")]
    [InlineData("shadowsync:table-servers=2", "table-servers")]
    [InlineData("shadowsync:core=none,table-rate=0.1", "table-rate")]
    public void An_option_that_the_core_does_not_use_is_refused(string strategy, string option)
    {
        InvalidRequestException refusal = Assert.Throws<InvalidRequestException>(
            () => StrategyCatalog.All.Create(Specification.Parse(strategy)).Validate(4));

        Assert.Contains($"but {option} is for", refusal.Message, StringComparison.Ordinal);
    }

    private const int Workers = 3, Length = 13;

    private static float[][] Replicas()
    {
        var random = RandomStream.Create(5, "replicas");
        return [.. Enumerable.Range(0, Workers).Select(_ => Enumerable.Range(0, Length).Select(_ => (float)random.NextNormal()).ToArray())];
    }

    private static float[][] Round(Func<AveragingSynchronizer> make)
    {
        float[][] replicas = Replicas();
        var mean = new float[Length];
        AveragingSynchronizer[] synchronizers = [.. replicas.Select(_ => make())];
        for (int rank = 0; rank < Workers; rank++)
        {
            synchronizers[rank].Begin(Replicas()[0]);
            synchronizers[rank].TakeSnapshot(replicas[rank]);
            RankOrderedMean.Accumulate(mean, synchronizers[rank].Average, rank);
        }
        RankOrderedMean.Finish(mean, Workers);
        for (int rank = 0; rank < Workers; rank++)
        {
            mean.CopyTo(synchronizers[rank].Average);
            synchronizers[rank].TakeAverage(replicas[rank]);
        }
        return replicas;
    }

    private static float[] Replica(TestRun run, int rank) => run.States[$"worker-{rank}-replica"].Fields.Single().Vector!;
}
