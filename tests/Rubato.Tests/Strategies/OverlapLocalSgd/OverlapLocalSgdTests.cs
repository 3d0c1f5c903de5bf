using Rubato.Strategies.OverlapLocalSgd;
using Rubato.Training;

namespace Rubato.Tests.Strategies.OverlapLocalSgd;

public class OverlapLocalSgdTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(7, 3)]
    public void Without_momentum_the_virtual_model_takes_plain_steps_at_the_effective_rate(int workers, int period)
    {
        const float Alpha = 0.6f;
        var job = new TestJob($"overlap-local-sgd:period={period},pull-back=0.6,anchor-momentum=0") { Workers = workers, Momentum = 0, Latency = 0.4 };
        TestRun before = TestCluster.Train(job with { Batches = 0 });
        for (int step = 1; step <= 9; step++)
        {
            TestRun after = TestCluster.Train(job with { Batches = (long)step * workers });
            float rate = TestCluster.LearningRateAt((step - 1L) * workers * job.BatchSize);

            float[] mean = MeanGradient(job, before, step), y = Virtual(before), next = Virtual(after);

            for (int j = 0; j < y.Length; j++) Assert.Equal(y[j] - (1 - Alpha) * rate * mean[j], next[j], 1e-5f);
            before = after;
        }

        float[] Virtual(TestRun run) =>
            [.. run.Model.Zip(VectorOf(run.States["worker-0"], "anchor"), (x, z) => (1 - Alpha) * x + Alpha * z)];
    }

    [Theory]
    [InlineData("")]
    [InlineData(",anchor-momentum=0")]
    public void A_slow_network_changes_the_time_and_never_the_values(string options)
    {
        var job = new TestJob($"overlap-local-sgd:period=3{options}") { Workers = 3, Batches = 33 };
        TestRun quick = TestCluster.Train(job);

        TestRun slow = TestCluster.Train(job with { Latency = 20 });

        Assert.Equal(quick.Model, slow.Model);
        Assert.All(quick.States, state => Assert.Null(state.Value.FirstDifference(slow.States[state.Key])));
        Assert.True(slow.Seconds > quick.Seconds);
    }

    // Virtual time. Three workers' all-reduce is at most four messages in a row, which is less than a period of three seconds.
    [Fact]
    public void Nobody_waits_while_an_average_takes_less_than_a_period()
    {
        var job = new TestJob("overlap-local-sgd:period=3") { Workers = 3, Batches = 36, Latency = 0.5, StepTime = (_, _) => 1, StartsTogether = true };
        TestRun start = TestCluster.Train(job with { Batches = 3 });

        TestRun run = TestCluster.Train(job), blocking = TestCluster.Train(job with { Strategy = "local-sgd:period=3" });

        Assert.Equal(12, run.FilledSeconds - start.FilledSeconds + 1, 1e-6);
        Assert.True(blocking.FilledSeconds - start.FilledSeconds + 1 > 12.01);
    }

    [Fact]
    public void The_anchor_is_the_same_bits_on_every_worker_and_the_replicas_and_their_momenta_are_not()
    {
        TestRun run = TestCluster.Train(new TestJob("overlap-local-sgd:period=2") { Workers = 7, Batches = 10 * 7 });

        for (int rank = 1; rank < 7; rank++)
        {
            Assert.Equal(VectorOf(run.States["worker-0"], "anchor"), VectorOf(run.States[$"worker-{rank}"], "anchor"));
            Assert.NotEqual(VectorOf(run.States["worker-0"], "momentum"), VectorOf(run.States[$"worker-{rank}"], "momentum"));
            Assert.NotNull(run.States["worker-0-replica"].FirstDifference(run.States[$"worker-{rank}-replica"]));
        }
    }

    [Fact]
    public void One_workers_anchor_is_its_own_replica_as_it_was_pulled_back()
    {
        TestRun run = TestCluster.Train(new TestJob("overlap-local-sgd:period=3,anchor-momentum=0") { Workers = 1, Batches = 9 });

        Assert.Equal(run.Model, VectorOf(run.States["worker-0"], "anchor"));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.7f)]
    public void The_parts_average_to_the_anchor_of_the_ideal_form(float momentum)
    {
        const float Alpha = 0.6f, Rate = 0.1f;
        OverlapLocalSgdStrategy[] workers = [.. Enumerable.Range(0, 3).Select(_ => new OverlapLocalSgdStrategy(
            new OverlapLocalSgdOptions { PullBack = Alpha, AnchorMomentum = momentum }))];
        float[][] x = [.. workers.Select(_ => new[] { 1.5f })];
        foreach (OverlapLocalSgdStrategy worker in workers) worker.Begin([1.5f]);
        double z = 1.5, v = 0;
        for (int boundary = 0; boundary < 12; boundary++)
        {
            double pulled = 0;
            for (int p = 0; p < 3; p++)
            {
                x[p][0] -= Rate * (x[p][0] + MathF.Sin(5 * boundary + p));
                pulled += (x[p][0] - Alpha * (x[p][0] - z)) / 3;
                workers[p].PullBack(x[p], Rate);
            }
            float mean = workers.Average(worker => Anchor(worker)[0]);
            foreach (OverlapLocalSgdStrategy worker in workers) new StateSnapshot([
                new StateField("anchor", [mean], 0), new StateField("momentum", VectorOf(StateSnapshot.Of(worker), "momentum"), 0)]).RestoreTo(worker);

            v = momentum * v + (pulled - z);
            z += v;

            Assert.Equal(z, mean, 1e-5);
        }
    }

    [Fact]
    public void A_drained_average_waits_for_its_own_boundary()
    {
        var job = new TestJob("overlap-local-sgd:period=3") { Batches = 36, Latency = 0.3 };
        TestRun whole = TestCluster.Train(job);
        for (int steps = 1; steps < 12; steps++)
        {
            // The end of a run drains it; what goes on from there must not notice.
            TestRun part = TestCluster.Train(job with { Batches = 3L * steps });

            Assert.Equal(whole.Model, TestCluster.Train(job with { Resume = part }).Model);
        }
    }

    private static float[] MeanGradient(TestJob job, TestRun before, int step)
    {
        var mean = new float[job.Length];
        var gradient = new float[job.Length];
        for (int rank = 0; rank < job.Workers; rank++)
        {
            float[] x = VectorOf(before.States[$"worker-{rank}-replica"], "parameters");
            TestWorker.GradientOf(job.Seed, (step - 1L) * job.Workers + rank, x, gradient);
            for (int j = 0; j < mean.Length; j++) mean[j] += gradient[j] / job.Workers;
        }
        return mean;
    }

    private static float[] Anchor(OverlapLocalSgdStrategy worker) => VectorOf(StateSnapshot.Of(worker), "anchor");

    private static float[] VectorOf(StateSnapshot state, string field) => state.Fields.Single(candidate => candidate.Name == field).Vector!;
}
