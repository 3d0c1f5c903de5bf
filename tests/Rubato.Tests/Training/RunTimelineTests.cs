using System.Xml.Linq;
using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class RunTimelineTests
{
    [Theory]
    [InlineData(4, 0, 4, "")]
    [InlineData(63, 0, 63, "")]
    [InlineData(100, 70, 64, "64 of 100 ranks")]
    public async Task Few_ranks_are_shown_all_and_of_many_the_straggler_is_one(int workers, int straggler, int rows, string note)
    {
        XElement svg = await DrawAsync("all-reduce", workers, straggler, steps: 8);

        string[] texts = [.. svg.Descendants().Where(element => element.Name.LocalName == "text").Select(text => text.Value)];
        Assert.Equal(rows, texts.Count(text => text.StartsWith("worker ", StringComparison.Ordinal)));
        Assert.Equal([$"worker {straggler}"], svg.Descendants()
            .Where(element => element.Attribute("class")?.Value == "out").Select(text => text.Value).Where(text => text.StartsWith('w')));
        Assert.Contains(texts, text => text.StartsWith(note, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_slowest_is_shown_where_nobody_waits_for_it()
    {
        XElement svg = await DrawAsync("async", workers: 100, straggler: 70, steps: 8);

        Assert.Contains("worker 70", svg.Value, StringComparison.Ordinal);
        Assert.DoesNotContain(svg.Descendants(), element => element.Attribute("class")?.Value == "out");
    }

    [Fact]
    public async Task A_long_run_is_shown_up_to_a_number_of_steps_and_says_so()
    {
        XElement svg = await DrawAsync("all-reduce", workers: 2, straggler: 1, steps: 100);

        // Each step takes the straggler's 80 ms.
        Assert.Contains("the first 6.4 of 8.0 s", svg.Value, StringComparison.Ordinal);
    }

    private static async Task<XElement> DrawAsync(string strategy, int workers, int straggler, long steps)
    {
        using var folder = new TemporaryFolder();
        var job = new TrainingJob
        {
            On = World.Simulation,
            Workers = workers,
            Steps = steps,
            BatchSize = 2,
            Strategy = Specification.Parse(strategy),
            Model = Specification.Parse("logistic"),
            ComputeTime = ComputeTime.Parse("20ms"),
            Stragglers = [Straggler.Parse($"{straggler}:4")],
            Output = folder.In("run"),
        };
        await new SimulatedCluster().RunAsync(job, null, CancellationToken.None);
        return XDocument.Load(folder.In("run/timeline.svg")).Root!;
    }
}
