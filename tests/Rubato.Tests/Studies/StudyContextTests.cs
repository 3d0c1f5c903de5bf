using Rubato.Configuration;
using Rubato.Studies;
using Rubato.Training;

namespace Rubato.Tests.Studies;

public class StudyContextTests
{
    private static readonly TrainingJob Job = new()
    {
        On = World.Simulation,
        Workers = 2,
        Steps = 3,
        Model = Specification.Parse("logistic"),
        ComputeTime = ComputeTime.Parse("20ms"),
        EvaluateEvery = 1000,
    };

    [Fact]
    public async Task Runs_side_by_side_are_those_that_were_asked_for_in_their_order()
    {
        TrainingJob[] jobs = [.. Enumerable.Range(1, 6).Select(seed => Job with { Seed = (ulong)seed, Steps = 9 - seed })];
        var counts = new List<(int, int)>();

        IReadOnlyList<StudyRun> runs = await Context(progress: new Listing(counts)).RunAsync(jobs);

        Assert.Equal(jobs, runs.Select(run => run.Job));
        foreach (StudyRun run in runs)
        {
            RunReport alone = await new SimulatedCluster().RunAsync(run.Job, null, CancellationToken.None);
            Assert.Equal(alone.ParametersSha256, run.Report!.ParametersSha256);
        }
        Assert.Equal(Enumerable.Range(1, 6).Select(done => (done, 6)), counts.Order());
    }

    [Fact]
    public async Task A_training_that_diverges_is_a_result_and_any_other_failure_is_none()
    {
        TrainingJob diverging = Job with { Optimizer = Specification.Parse("sgd:lr=1e30"), Model = Specification.Parse("mlp"), Steps = 40, EvaluateEvery = 0.02 };

        StudyRun run = Assert.Single(await Context().RunAsync([diverging]));

        Assert.Null(run.Report);
        Assert.Contains("diverged", run.Failure, StringComparison.Ordinal);
        Assert.Equal(0, run.Accuracy);
        Assert.True(double.IsNaN(run.Seconds));
        await Assert.ThrowsAsync<RunFailedException>(() => Context().RunAsync([Job with { Steps = 50, Faults = [new Rubato.Simulation.Fault.Crash(1, TimeSpan.FromMilliseconds(500))] }]));
    }

    [Fact]
    public async Task A_bar_holds_or_fails_by_its_figure_and_no_figure_never_holds()
    {
        var study = new Study("small", "Nobody, nowhere", "one is less than two", context =>
        {
            context.Ask("one", "below 2", 1, one => one < 2);
            context.Ask("three", "below 2", 3, three => three < 2, "0");
            context.Ask("nothing", "anything", double.NaN, _ => true);
            return Task.CompletedTask;
        });

        StudyResult result = await Context().RunAsync(study);

        Assert.Equal([new StudyBar("one", "below 2", "1.000", true), new StudyBar("three", "below 2", "3", false), new StudyBar("nothing", "anything", "none", false)], result.Bars);
        Assert.False(result.Holds);
        Assert.True((result with { Bars = [.. result.Bars.Take(1)] }).Holds);
    }

    private static StudyContext Context(IProgress<(int, int)>? progress = null) =>
        new(world => throw new InvalidOperationException($"No run on {world} was asked for."), 1, progress, CancellationToken.None);

    private sealed class Listing(List<(int, int)> into) : IProgress<(int, int)>
    {
        public void Report((int, int) value)
        {
            lock (into) into.Add(value);
        }
    }
}
