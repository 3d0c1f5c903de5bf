using Rubato.Optimizers;
using Rubato.Strategies.ShadowSync;
using Rubato.Training;

namespace Rubato.Tests.Strategies.ShadowSync;

/// <summary>What becomes of gradients that workers hand in.</summary>
public class TableServerTests
{
    private const float Rate = 0.1f;

    [Theory]
    [InlineData("", 1)]
    [InlineData(",threads=2", 3)]
    [InlineData(",table-servers=3", 4)]
    public void A_row_takes_the_gradients_of_all_who_touch_it_and_others_stay_as_they_are(string options, int workers)
    {
        // Rows 0 and 2 take turns and 1 is never named, whatever its gradient says.
        var job = new TestJob($"shadowsync:core=none,tables=servers{options}")
        {
            Workers = workers,
            Momentum = 0,
            Latency = 0.3,
            Rate = _ => Rate,
            TouchedRows = batch => [(int)(batch % 2) * 2],
            Gradient = (_, _, batch, _, gradient) => gradient.Fill(GradientOf(batch)),
        };

        TestRun run = TestCluster.Train(job);

        Assert.Equal(workers, run.Applied.Select(applied => applied.Worker).Distinct().Count());
        for (int row = 0; row < 3; row++)
        {
            double pushed = run.Applied.Where(applied => applied.Batch % 2 * 2 == row).Sum(applied => (double)GradientOf(applied.Batch));
            for (int j = 2 * row; j < 2 * row + 2; j++)
            {
                if (row == 1) Assert.Equal(0.1f * j - 0.7f, run.Model[j]);
                else Assert.Equal(0.1f * j - 0.7f - Rate * pushed, run.Model[j], 1e-5);
            }
        }
    }

    [Fact]
    public void A_step_is_reported_as_applied_when_every_server_concerned_has_taken_its_rows()
    {
        int applied = 0;
        var job = new TestJob("shadowsync:core=none,tables=servers,threads=2,table-servers=3")
        {
            Workers = 3,
            Momentum = 0,
            Latency = 2,
            Applied = servers =>
            {
                applied++;
                Assert.All(servers, server => Assert.True(StateSnapshot.Of(server).Fields.First(field => field.Name == "table/updates").Counter >= applied));
            },
        };

        TestRun run = TestCluster.Train(job);

        Assert.Equal(run.Applied.Count, applied);
    }

    [Fact]
    public void A_look_up_copies_rows_as_they_are_and_an_update_steps_them_with_sums_of_their_own()
    {
        float[] initial = [1, 2, 3, 4, 5, 6];
        var adagrad = new Adagrad();
        var shard = new TableShard(initial, firstRow: 10, width: 2, adagrad.Create(6, []));
        var copies = new float[4];

        shard.Apply([11], [0.5f, -0.5f], Rate);
        shard.Apply([11, 12], [0.5f, 0.25f, 1, 1], Rate);
        shard.LookUp([10, 11], copies);

        float[] alone = [3, 4];
        Optimizer own = adagrad.Create(2, []);
        own.Step(alone, [0.5f, -0.5f], Rate);
        own.Step(alone, [0.5f, 0.25f], Rate);
        Assert.Equal([1, 2, .. alone], copies);
        Assert.Equal([1, 2, .. alone, 5 - Rate, 6 - Rate], shard.Parameters.ToArray());
    }

    [Theory]
    [InlineData(9)]
    [InlineData(13)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void A_row_of_another_server_is_refused(int row)
    {
        var shard = new TableShard([1, 2, 3, 4, 5, 6], firstRow: 10, width: 2, new Sgd().Create(6, []));

        var refused = Assert.Throws<InvalidDataException>(() => shard.LookUp([row], new float[2]));
        Assert.Contains($"row {row}, but this server keeps 3 rows from 10", refused.Message, StringComparison.Ordinal);
    }

    private static float GradientOf(long batch) => 0.01f * (1 + batch % 5);
}
