using Rubato.Communication;
using Rubato.Configuration;
using Rubato.Strategies;

namespace Rubato.Tests.Strategies;

/// <summary>A worker may die at any moment of the protocol: the job goes on where its strategy can, and never hangs.</summary>
public class LostWorkerTests
{
    public static TheoryData<string> Survivors => new(
        "backup-workers:backup=1", "backup-workers:backup=2,servers=3", "async", "async:servers=3", "ssp:bound=2", "ssp:bound=1,servers=2",
        "grouped:groups=2", "grouped:groups=3,servers=2", "grouped:groups=2,membership=round-robin", "grouped:groups=2,membership=speed-sorted",
        "grouped:groups=5", "grouped:groups=2,staleness-cap=1,servers=2", "shadowsync", "shadowsync:fixed-rate=2,servers=2",
        "shadowsync:tables=servers,table-servers=2,table-rate=0.04",
        "easgd:period=2,mode=asynchronous", "easgd:period=3,mode=asynchronous,servers=2");

    [Theory, MemberData(nameof(Survivors))]
    public void The_job_is_finished_without_the_lost_worker(string strategy) => IsFinished(strategy, firstSecond: 0);

    // The common start is a broadcast, which needs everybody.
    [Theory]
    [InlineData("shadowsync:core=none")]
    [InlineData("shadowsync:core=none,threads=3")]
    [InlineData("shadowsync:core=none,tables=servers,table-servers=2,table-rate=0.04")]
    public void Replicas_that_never_meet_go_on_without_one_that_has_begun(string strategy) => IsFinished(strategy, firstSecond: 1.5);

    [Theory]
    [InlineData("async")]
    [InlineData("ssp:bound=1")]
    [InlineData("grouped:groups=2")]
    [InlineData("grouped:groups=2,membership=speed-sorted")]
    public void All_workers_but_one_may_be_lost(string strategy)
    {
        TestRun run = TestCluster.Train(new TestJob(strategy) { Workers = 4, Batches = 80, Kills = [(0, 3.5), (1, 7.2), (3, 7.2)], Latency = 0.2 });

        Assert.InRange(run.Applied.Count, 80, 83);
        Assert.True(run.Applied.Count(applied => applied.Worker == 2) > 40);
    }

    [Fact]
    public void More_losses_than_backups_end_the_job_and_name_the_ranks()
    {
        PeerLostException lost = Assert.Throws<PeerLostException>(() => TestCluster.Train(
            new TestJob("backup-workers:backup=1") { Workers = 4, Batches = 400, Kills = [(1, 10), (3, 20)] }));

        Assert.Equal(3, lost.Rank);
        Assert.Contains("lost so far: 1, 3", lost.Message, StringComparison.Ordinal);
        Assert.Contains("needs 3 of 4", lost.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("all-reduce", 3)]
    [InlineData("backup-workers:backup=0", 3)]
    public void Fully_synchronous_jobs_end_with_an_error(string strategy, int workers)
    {
        PeerLostException lost = Assert.Throws<PeerLostException>(() => TestCluster.Train(
            new TestJob(strategy) { Workers = workers, Batches = 300, Kills = [(1, 5.5)] }));

        Assert.Equal(1, lost.Rank);
    }

    [Theory]
    [InlineData("backup-workers:backup=1,servers=2", 0)]
    [InlineData("backup-workers:backup=1,servers=2", 1)]
    [InlineData("async:servers=2", 1)]
    [InlineData("ssp:bound=1", 0)]
    [InlineData("grouped:groups=2", 0)]
    [InlineData("grouped:groups=2", 2)]
    [InlineData("shadowsync:tables=servers", 0)]
    [InlineData("shadowsync:tables=servers", 1)]
    [InlineData("shadowsync:core=none,tables=servers,table-servers=2", 1)]
    public void A_lost_server_ends_the_job(string strategy, int server)
    {
        PeerLostException lost = Assert.Throws<PeerLostException>(() => TestCluster.Train(
            new TestJob(strategy) { Workers = 4, Batches = 300, Kills = [(4 + server, 5.5)], Latency = 0.2 }));

        Assert.Equal(4 + server, lost.Rank);
    }

    private static void IsFinished(string strategy, double firstSecond)
    {
        StrategyDefinition definition = StrategyCatalog.All.Create(Specification.Parse(strategy));
        Assert.True(definition.SurvivesLostWorkers);
        for (int moment = 0; moment < 60; moment++)
        {
            double seconds = firstSecond + moment * 0.17;
            int lost = moment % 5;
            TestRun run = TestCluster.Train(new TestJob(strategy)
            {
                Workers = 5,
                Batches = 60,
                Latency = 0.4,
                Seed = (ulong)moment,
                Kills = [(lost, seconds)],
            });

            Assert.InRange(run.Applied.Count, 60, 60 + 5 * definition.ThreadsPerWorker - 1);
            // The lost worker's own last gradients may have been on their way; nobody else's get lost.
            Assert.InRange(run.Computed - run.Applied.Count - run.Dropped.Count, 0, definition.ThreadsPerWorker);
        }
    }
}
