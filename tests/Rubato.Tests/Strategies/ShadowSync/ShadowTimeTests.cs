using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Tests.Strategies.ShadowSync;

/// <summary>What the shadow costs in time, in a simulated cluster.</summary>
public class ShadowTimeTests
{
    // logistic on digits: 650 parameters, so that at this rate a model takes 10 ms and a little.
    private const string SlowNetwork = "latency=1us,bandwidth=2Mbit", FastNetwork = "latency=1us,bandwidth=10Gbit";

    [Theory]
    [InlineData("shadowsync:threads=2,interval=1ms")]
    [InlineData("shadowsync:core=ma,threads=2,interval=1ms")]
    [InlineData("shadowsync:core=bmuf,interval=1ms")]
    public async Task Threads_step_at_the_same_times_however_slow_the_network_is(string strategy)
    {
        RunReport fast = await RunAsync(strategy, FastNetwork), slow = await RunAsync(strategy, SlowNetwork);

        Assert.True(slow.SyncGap > 4 * fast.SyncGap);
        Assert.Equal(fast.TrainSeconds, slow.TrainSeconds);
        Assert.Equal(fast.Workers.Select(worker => (worker.Steps, worker.ComputeSeconds)), slow.Workers.Select(worker => (worker.Steps, worker.ComputeSeconds)));
    }

    // A server takes one model after the other, so that a worker's next turn comes when all others have had theirs.
    [Fact]
    public async Task The_gap_grows_with_the_workers_that_share_a_server()
    {
        const int Workers = 8, Threads = 2;
        const double Model = (24 + 4 * 650) * 8 / 2e6, Step = 0.02;

        RunReport run = await RunAsync($"shadowsync:threads={Threads},interval=1us", SlowNetwork, Workers);

        double expected = Threads * Workers * Model / Step;
        Assert.InRange(run.SyncGap!.Value, expected * 0.95, expected * 1.05);
    }

    [Fact]
    public async Task In_the_foreground_the_network_is_waited_for()
    {
        RunReport fast = await RunAsync("shadowsync:threads=2,fixed-rate=1", FastNetwork), slow = await RunAsync("shadowsync:threads=2,fixed-rate=1", SlowNetwork);

        Assert.True(slow.TrainSeconds > 1.5 * fast.TrainSeconds);
    }

    private static Task<RunReport> RunAsync(string strategy, string network, int workers = 4) => new SimulatedCluster().RunAsync(
        new TrainingJob
        {
            On = World.Simulation,
            Workers = workers,
            Strategy = Specification.Parse(strategy),
            Model = Specification.Parse("logistic"),
            BatchSize = 2,
            Steps = 200,
            ComputeTime = ComputeTime.Parse("20ms:log-normal:sigma=0.1"),
            Network = NetworkShape.Parse(network),
            EvaluateEvery = 1000,
        },
        null, CancellationToken.None);
}
