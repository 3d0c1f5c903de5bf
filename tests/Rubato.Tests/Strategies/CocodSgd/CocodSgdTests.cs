using Rubato.Strategies.CocodSgd;
using Rubato.Training;

namespace Rubato.Tests.Strategies.CocodSgd;

public class CocodSgdTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    public void Own_progress_since_the_snapshot_is_kept_on_top_of_the_late_average(int length)
    {
        const int Workers = 3;
        CocodSgdStrategy[] workers = [.. Enumerable.Range(0, Workers).Select(_ => new CocodSgdStrategy(new CocodSgdOptions()))];
        float[] start = [.. Enumerable.Range(0, length).Select(j => 0.25f * j)];
        float[][] x = [.. workers.Select(_ => start.ToArray())];
        double[][] replica = [.. x.Select(one => Array.ConvertAll(one, value => (double)value))], snapshot = [.. replica.Select(one => one.ToArray())];
        foreach (CocodSgdStrategy worker in workers) worker.Begin(start);
        for (int boundary = 0; boundary < 6; boundary++)
        {
            double[] mean = [.. Enumerable.Range(0, length).Select(j => snapshot.Average(one => one[j]))];
            for (int p = 0; p < Workers; p++)
            {
                for (int j = 0; j < length; j++)
                {
                    float step = 0.1f * MathF.Sin(boundary + 3 * p + j);
                    x[p][j] += step;
                    replica[p][j] = mean[j] + (replica[p][j] + step - snapshot[p][j]);
                }
                snapshot[p] = replica[p].ToArray();
                workers[p].TakeIn(x[p]);
            }
            float[] average = [.. Enumerable.Range(0, length).Select(j => workers.Average(worker => Vector(worker, "average")[j]))];
            foreach (CocodSgdStrategy worker in workers)
            {
                new StateSnapshot([new StateField("snapshot", Vector(worker, "snapshot"), 0), new StateField("average", average, 0)]).RestoreTo(worker);
            }
        }

        for (int p = 0; p < Workers; p++)
        {
            for (int j = 0; j < length; j++) Assert.Equal(replica[p][j], x[p][j], 1e-5);
        }
    }

    [Fact]
    public void One_worker_is_plain_SGD_to_rounding()
    {
        var job = new TestJob("cocod-sgd:period=3") { Workers = 1, Batches = 20 };

        float[] plain = TestCluster.Train(job with { Strategy = "all-reduce" }).Model, model = TestCluster.Train(job).Model;

        for (int j = 0; j < plain.Length; j++) Assert.Equal(plain[j], model[j], 1e-6f);
    }

    [Fact]
    public void A_slow_network_changes_the_time_and_never_the_values()
    {
        var job = new TestJob("cocod-sgd:period=3") { Workers = 3, Batches = 33 };
        TestRun quick = TestCluster.Train(job);

        TestRun slow = TestCluster.Train(job with { Latency = 20 });

        Assert.Equal(quick.Model, slow.Model);
        Assert.All(quick.States, state => Assert.Null(state.Value.FirstDifference(slow.States[state.Key])));
        Assert.True(slow.Seconds > quick.Seconds);
    }

    [Fact]
    public void The_average_is_that_of_the_boundary_before_and_a_first_one_changes_nothing()
    {
        // Until the second boundary nobody has heard of anybody: the replicas are those of independent workers.
        var job = new TestJob("cocod-sgd:period=4") { Workers = 3, Batches = 3 * 7 };
        TestRun alone = TestCluster.Train(job with { Strategy = "local-sgd:period=1000" }), early = TestCluster.Train(job);
        TestRun late = TestCluster.Train(job with { Batches = 3 * 8 }), lateAlone = TestCluster.Train(job with { Batches = 3 * 8, Strategy = "local-sgd:period=1000" });

        for (int rank = 0; rank < 3; rank++)
        {
            Assert.True(Apart(alone, early, rank) < 1e-5);
            Assert.True(Apart(lateAlone, late, rank) > 1e-3);
        }
    }

    private static double Apart(TestRun one, TestRun other, int rank) =>
        Replica(one, rank).Zip(Replica(other, rank), (x, y) => Math.Abs(x - y)).Max();

    private static float[] Replica(TestRun run, int rank) =>
        run.States[$"worker-{rank}-replica"].Fields.First(field => field.Name == "parameters").Vector!;

    private static float[] Vector(CocodSgdStrategy strategy, string name) => StateSnapshot.Of(strategy).Fields.Single(field => field.Name == name).Vector!;
}
