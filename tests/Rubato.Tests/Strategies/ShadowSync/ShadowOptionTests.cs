using Rubato.Training;

namespace Rubato.Tests.Strategies.ShadowSync;

/// <summary>What each option changes of a run.</summary>
public class ShadowOptionTests
{
    [Theory]
    [InlineData("core=bmuf,block-momentum=0.4,interval=1s")]
    [InlineData("core=bmuf,block-momentum=0.4,fixed-rate=2")]
    public void A_checkpoint_holds_the_global_model_and_its_momentum(string options)
    {
        TestRun run = TestCluster.Train(new TestJob($"shadowsync:{options}") { Workers = 2, Latency = 0.3 });

        StateSnapshot state = run.States["worker-1"];
        Assert.Equal(["synchronizer/filter/start", "synchronizer/filter/update"], state.Fields.Select(field => field.Name));
        Assert.All(state.Fields[0].Vector!.Index(), element => Assert.NotEqual(0.1f * element.Index - 0.7f, element.Item));
        Assert.DoesNotContain(0, state.Fields[1].Vector!);
    }

    // All gradients are 1, and averages take as long as a step, so a replica that goes from where it was forgets what it stepped meanwhile.
    [Fact]
    public void The_snapshot_blend_loses_no_step_of_a_run_and_the_live_one_which_is_the_default_does()
    {
        const float Rate = 0.01f;
        var job = new TestJob("shadowsync:core=ma,alpha=0.5,interval=100ms")
        {
            Latency = 0.9,
            Momentum = 0,
            Rate = _ => Rate,
            Gradient = (_, _, _, _, gradient) => gradient.Fill(1),
        };

        TestRun kept = TestCluster.Train(job with { Strategy = job.Strategy + ",blend=snapshot" });
        TestRun live = TestCluster.Train(job with { Strategy = job.Strategy + ",blend=live" });

        float way = Rate * kept.Applied.Count / job.Workers;
        Assert.All(kept.Model.Index(), element => Assert.Equal(0.1f * element.Index - 0.7f - way, element.Item, 1e-5f));
        Assert.All(live.Model.Index(), element => Assert.InRange(element.Item, 0.1f * element.Index - 0.7f - 0.9f * way, 0.1f * element.Index - 0.7f - 0.1f * way));
        Assert.Equal(live.Model, TestCluster.Train(job).Model);
    }

    // One worker whose replica is at rest after its first step, which goes from 0 to 1: both ends in closed form.
    [Theory]
    [InlineData("symmetric=true", 0.75f, 0.25f)]
    [InlineData("symmetric=false", 0.8125f, 0.25f)]
    [InlineData("alpha=0.5", 0.5f, 0.5f)]
    public void An_exchange_pulls_the_replica_to_the_old_centre_or_to_the_new_one(string option, float replica, float centre)
    {
        string alpha = option.StartsWith("alpha", StringComparison.Ordinal) ? "" : "alpha=0.25,";
        TestRun run = TestCluster.Train(new TestJob($"shadowsync:core=easgd,fixed-rate=2,{alpha}{option}")
        {
            Workers = 1,
            Batches = 3,
            Momentum = 0,
            Rate = _ => 1,
            Gradient = (_, _, batch, x, gradient) => { for (int j = 0; j < x.Length; j++) gradient[j] = batch == 0 ? x[j] - (0.1f * j - 0.7f) - 1 : 0; },
        });

        float[] x = run.States["worker-0-replica"].Fields.Single().Vector!, middle = run.States["server-0"].Fields.Single(field => field.Vector is not null).Vector!;
        for (int j = 0; j < x.Length; j++)
        {
            Assert.Equal(0.1f * j - 0.7f + replica, x[j], 1e-6f);
            Assert.Equal(0.1f * j - 0.7f + centre, middle[j], 1e-6f);
        }
    }

    [Theory]
    [InlineData("", "mean")]
    [InlineData(",model=first", "first")]
    [InlineData(",model=centre", "centre")]
    public void The_model_is_the_mean_of_the_replicas_or_the_first_or_the_centre(string option, string expected)
    {
        TestRun run = TestCluster.Train(new TestJob($"shadowsync:core=easgd{option}") { Workers = 2, Latency = 0.3 });

        float[] first = run.States["worker-0-replica"].Fields.Single().Vector!, second = run.States["worker-1-replica"].Fields.Single().Vector!;
        var candidates = new Dictionary<string, float[]>(StringComparer.Ordinal)
        {
            ["mean"] = [.. first.Zip(second, (one, other) => (one + other) / 2)],
            ["first"] = first,
            ["centre"] = run.States["server-0"].Fields.Single(field => field.Vector is not null).Vector!,
        };
        foreach ((string name, float[] candidate) in candidates)
            Assert.Equal(name == expected, candidate.Zip(run.Model, (one, other) => Math.Abs(one - other)).Max() < 1e-6f);
    }
}
