namespace Rubato.Tests.Strategies;

/// <summary>What holds to the bit: the synchronous limits of every strategy are one and the same algorithm.</summary>
public class SynchronousLawTests
{
    private static readonly string[] Synchronous =
    [
        "backup-workers:backup=0", "backup-workers:backup=0,servers=3", "grouped:groups=1", "grouped:groups=1,servers=2",
        "grouped:groups=1,membership=speed-sorted", "grouped:groups=1,staleness-cap=0,servers=2",
    ];

    public static TheoryData<string, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int>();
            foreach (string strategy in Synchronous)
                foreach (int workers in new[] { 1, 2, 3, 7 })
                    foreach (int length in new[] { 0, 1, 13 }) cases.Add(strategy, workers, length);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Synchronous_limits_equal_all_reduce_to_the_bit(string strategy, int workers, int length)
    {
        var job = new TestJob(strategy) { Workers = workers, Length = length, Batches = 6L * workers, Latency = 0.5 };

        TestRun run = TestCluster.Train(job), reference = TestCluster.Train(job with { Strategy = "all-reduce" });

        Assert.Equal(reference.Model, run.Model);
        Assert.Empty(run.Dropped);
        Assert.All(run.Applied, applied => Assert.Equal(0, applied.Staleness));
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_resumed_run_ends_with_the_bits_of_an_uninterrupted_one(string strategy, int workers, int length)
    {
        var job = new TestJob(strategy) { Workers = workers, Length = length, Batches = 8L * workers };
        TestRun whole = TestCluster.Train(job);

        TestRun half = TestCluster.Train(job with { Batches = 3L * workers });
        TestRun rest = TestCluster.Train(job with { Resume = half });

        Assert.Equal(whole.Model, rest.Model);
        Assert.All(whole.States, state => Assert.Equal(state.Value.Sha256, rest.States[state.Key].Sha256));
    }

    [Fact]
    public void All_reduce_resumes_to_the_bit()
    {
        var job = new TestJob("all-reduce") { Batches = 24 };
        TestRun half = TestCluster.Train(job with { Batches = 9 });

        Assert.Equal(TestCluster.Train(job).Model, TestCluster.Train(job with { Resume = half }).Model);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void All_reduce_is_serial_sgd_on_the_mean_gradient(int workers)
    {
        var job = new TestJob("all-reduce") { Workers = workers, Batches = 6L * workers };
        TestRun run = TestCluster.Train(job);

        // Workers report as they come; the mean is over their ranks.
        AppliedGradient[] byStep = [.. run.Applied.OrderBy(applied => applied.Batch)];

        Assert.Equal(Replay.Follow(job, byStep, _ => workers), run.Model);
    }

    [Theory]
    [InlineData("ssp:bound=0", 1)]
    [InlineData("ssp:bound=0", 3)]
    [InlineData("ssp:bound=0,servers=2", 7)]
    public void Ssp_with_bound_0_equals_all_reduce_under_plain_sgd(string strategy, int workers)
    {
        var job = new TestJob(strategy) { Workers = workers, Batches = 20L * workers, Momentum = 0, Latency = 0.7 };

        TestRun run = TestCluster.Train(job), reference = TestCluster.Train(job with { Strategy = "all-reduce" });

        Assert.All(reference.Model.Zip(run.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Ssp_with_bound_0_does_not_depend_on_who_comes_first()
    {
        var job = new TestJob("ssp:bound=0") { Workers = 5, Batches = 50 };

        TestRun one = TestCluster.Train(job);
        TestRun other = TestCluster.Train(job with { StepTime = (worker, step) => 1 + (worker * 3 + step) % 5 });

        Assert.Equal(one.Model, other.Model);
    }

    [Fact]
    public void Ssp_with_bound_0_resumes_to_the_bit()
    {
        var job = new TestJob("ssp:bound=0,servers=2") { Workers = 3, Batches = 24 };
        TestRun half = TestCluster.Train(job with { Batches = 9 });

        Assert.Equal(TestCluster.Train(job).Model, TestCluster.Train(job with { Resume = half }).Model);
    }
}
